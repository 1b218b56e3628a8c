import type { Host } from '../lib/host/host.ts';
import type { JournalFiles } from './journal-files.ts';

/** The host's files; `onSync` is told how many ms each sync that was waited for took. */
export const timedFiles = (
  { files, clock }: Pick<Host, 'files' | 'clock'>,
  onSync: (duration: number) => void,
): JournalFiles => ({
  ...files,
  async sync(file) {
    const begun = clock.monotonic();
    await files.sync(file);
    onSync(clock.monotonic() - begun);
  },
});
