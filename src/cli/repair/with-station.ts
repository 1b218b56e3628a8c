/** What repairs do while nobody else works on the station. */
import { parseRunEvent } from '../../engine/parse-event.ts';
import { createFileJournal } from '../../journal/file-journal.ts';
import { acquireLock } from '../../journal/lock.ts';
import type { Host } from '../../lib/host/host.ts';

/** Does `work` under the lock of the station's `.3ox` folder. @throws LockedError */
export const withStation = async (
  folder: string,
  host: Host,
  work: (epoch: number) => Promise<void> | void = () => undefined,
): Promise<void> => {
  const lock = await acquireLock({ folder, host });
  try {
    await work(lock.epoch);
  } finally {
    await lock.release();
  }
};

/** Opens the journal as an engine would, which settles its ends, and closes it. */
export const settleJournal = async (
  folder: string,
  { files }: Pick<Host, 'files'>,
  epoch: number,
): Promise<void> => {
  const journal = await createFileJournal({ folder, epoch, parseEvent: parseRunEvent, files });
  await journal.close();
};
