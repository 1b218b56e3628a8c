import type { JournalFiles } from './journal-files.ts';

/** The same files; `onSync` is told how many ms each sync that was waited for took. */
export const timedFiles = (
  files: JournalFiles,
  onSync: (duration: number) => void,
): JournalFiles => ({
  ...files,
  async sync(file) {
    const begun = performance.now();
    await files.sync(file);
    onSync(performance.now() - begun);
  },
});
