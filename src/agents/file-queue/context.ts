/** What the parts of one file queue share. */
import { errorCode } from '../../lib/atomic-file.ts';
import type { Clock } from '../../lib/clock.ts';
import type { Logger } from '../../lib/logger.ts';
import type { QueueListener } from '../queue.ts';
import type { QueueFiles } from './files.ts';
import type { FolderPair, QueueFolders } from './folders.ts';
import type { Lanes } from './lanes.ts';
import type { UniqueNames } from './names.ts';
import type { PayloadStore } from './payload-store.ts';
import type { Turns } from './turns.ts';

/** Waiting times in ms; the defaults are the rules of the protocol. */
export interface QueueTiming {
  /** Between two listings of every folder. */
  readonly rescan: number;
  /** An unusable file is put aside once it has been still for this long. */
  readonly unreadable: number;
  /** An answer without a lease is read once it has been still for this long. */
  readonly still: number;
  /** An answer with the bytes of the one before is a duplicate when the task file stays this long. */
  readonly duplicate: number;
  /** Between a task file's end and the next one of its name. */
  readonly reoffer: number;
  /** A task file left behind is removed this long after its answer was accepted. */
  readonly leftover: number;
}

/** The protocol's own times. */
export const DEFAULT_TIMING: QueueTiming = {
  rescan: 3_000,
  unreadable: 1_000,
  still: 100,
  duplicate: 2_000,
  reoffer: 200,
  leftover: 1_000,
};

/** Limits in bytes. */
export interface QueueLimits {
  /** Largest file that is read. */
  readonly answer: number;
  /** Larger payloads travel by reference. */
  readonly inline: number;
}

/** The protocol's own limits. */
export const DEFAULT_LIMITS: QueueLimits = { answer: 16 * 1024 * 1024, inline: 64 * 1024 };

/** Shared by reader, inbox, claims, progress and offers. */
export interface QueueContext {
  readonly folders: QueueFolders;
  /** The pairs in use. */
  readonly pairs: readonly FolderPair[];
  readonly files: QueueFiles;
  readonly clock: Clock;
  readonly unique: UniqueNames;
  readonly logger: Logger;
  readonly timing: QueueTiming;
  readonly limits: QueueLimits;
  readonly payloads: PayloadStore;
  readonly troubles: Troubles;
  /** Turns for task files. */
  readonly writes: Turns;
  /** Lanes for everything that calls the listener. */
  readonly lanes: Lanes;
  listener(): QueueListener;
}

/** Errors of the surroundings, told once each and not again until they have gone away. */
export interface Troubles {
  report(where: string, error: unknown): void;
  clear(where: string): void;
}

/** Creates the memory of what was told already. */
export const createTroubles = (logger: Logger): Troubles => {
  const told = new Map<string, string>();
  return {
    report(where, error) {
      const what = errorCode(error) || String(error);
      if (told.get(where) === what) return;
      if (told.size >= MOST) told.clear();
      told.set(where, what);
      logger.error(
        { where, error },
        `the queue could not use ${where} (${what}); it goes on with the rest and tries again`,
      );
    },
    clear: (where) => void told.delete(where),
  };
};

const MOST = 10_000;
