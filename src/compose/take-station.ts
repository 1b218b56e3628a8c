/**
 * A station taken: its lock, and its journal opened under it. Each engine's epoch is higher than all
 * before; where the lock's own count was lost, the journal knows.
 */
import type { RunEvent } from '../engine/events.ts';
import { parseRunEvent } from '../engine/parse-event.ts';
import { createEventReader } from '../engine/read-events.ts';
import { createFileJournal } from '../journal/file-journal.ts';
import type { FileJournalOptions } from '../journal/file-journal.ts';
import { heldFiles } from '../journal/held-files.ts';
import type { Journal } from '../journal/journal.ts';
import { acquireLock, type LockLostError, type StationLock } from '../journal/lock.ts';
import { EpochBehindError, type JournalProblem } from '../journal/problems.ts';
import { timedFiles } from '../journal/timed-files.ts';
import type { Host } from '../lib/host/host.ts';

/** When the journal begins a new file, and when it is compacted. */
export type JournalSizes = Pick<FileJournalOptions<RunEvent>, 'segmentBytes' | 'compactEvery'>;

export interface TakenStation {
  readonly lock: StationLock;
  readonly journal: Journal<RunEvent>;
  /** The host for whoever works on the station: its files change nothing once the lock is lost. */
  readonly host: Host;
}

/** @throws LockedError when another engine serves it, JournalDamagedError when its history cannot be trusted. */
export const takeStation = async (options: {
  /** The station's `.3ox` folder. */
  readonly folder: string;
  /** Where the engine can be reached; null for one that is there for a moment. */
  readonly address: string | null;
  readonly host: Host;
  readonly sizes?: JournalSizes;
  readonly onLost: (error: LockLostError) => void;
  readonly onReport: (problem: JournalProblem) => void;
  /** Told how many ms each sync of the journal took. */
  readonly onSync: (duration: number) => void;
}): Promise<TakenStation> => {
  const { folder, address } = options;
  const take = async (above: number): Promise<TakenStation> => {
    const lock = await acquireLock({
      folder,
      above,
      ...(address === null ? {} : { address }),
      host: options.host,
      // One that stays gives a command that writes its record time to end.
      patience: address === null ? 0 : PATIENCE,
      onLost: options.onLost,
    });
    try {
      const host = { ...options.host, files: heldFiles(options.host.files, lock) };
      const journal = await createFileJournal({
        ...options.sizes,
        folder,
        epoch: lock.epoch,
        parseEvent: parseRunEvent,
        readEvents: createEventReader(),
        assertHeld: () => lock.assertHeld(),
        files: timedFiles(host, options.onSync),
        clock: host.clock,
        onReport: options.onReport,
      });
      return { lock, journal, host };
    } catch (error) {
      await lock.release();
      if (error instanceof EpochBehindError && above === 0) return take(error.epoch);
      throw error;
    }
  };
  return take(0);
};

/** ms */
const PATIENCE = 10_000;
