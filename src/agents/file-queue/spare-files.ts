/**
 * Empty files made ahead of need, to be written and renamed.
 *
 * Making a file can be by far the dearest thing the queue does: on ext4 it passes over every file
 * of the neighbourhood that was deleted in the last minutes, which takes longer than all other
 * steps of a task together. Then it is done beforehand, in the background. Where it is cheap there
 * is no stock, and now and then the stock runs out on purpose, to see what it costs today. Whoever
 * finds none makes his own; one that is there and not used is swept like any other draft.
 * Best is not to make any: a file that is done with is emptied and kept instead of removed, so that
 * who takes one file for each that he gives makes none and deletes none.
 */
import { join } from 'node:path';
import type { Host } from '../../lib/host/host.ts';
import type { UniqueNames } from './names.ts';

/** The spare files of one process. */
export interface SpareFiles {
  /** The path of an empty file that nobody else will use; null when there is none just now. */
  take(): string | null;
  /**
   * Takes a file out of its place for good, emptied, to be used again; false when there are enough,
   * and it stays. @throws the error of renaming, ENOENT for one
   */
  keep(path: string): boolean;
  /** Told how many ms it took somebody to make his own. */
  madeOwn(duration: number): void;
  /** Removes what was not used; nothing is made any more. */
  close(): void;
}

/** Creates the stock in `folder`; nothing is made before it has been seen that making is dear. */
export const createSpareFiles = (
  { files, clock }: Pick<Host, 'files' | 'clock'>,
  folder: string,
  unique: UniqueNames,
): SpareFiles => {
  const ready: string[] = [];
  let wanted = 0;
  /** Spares to be given out before the stock runs out. */
  let left = 0;
  let making = false;
  let closed = false;
  let cancel = (): void => undefined;

  /** Once it is quiet: making holds the folder, and whoever renames out of it would wait. */
  const refill = (): void => {
    cancel();
    if (!closed && wanted > 0) cancel = clock.after(QUIET, fill);
  };

  const fill = (): void => {
    if (closed || making || ready.length >= wanted) return;
    making = true;
    void make();
  };

  const newPath = (): string => join(folder, `spare.${unique()}`);

  const make = async (): Promise<void> => {
    const path = newPath();
    const made = await files.make(path).then(
      () => true,
      // Whoever needs a file now will meet the same error and say so.
      () => false,
    );
    making = false;
    if (made && closed) removeQuietly(path);
    else if (made) ready.push(path);
    if (made) fill();
  };

  const empty = (path: string): void => {
    const file = files.open(path, 'r+');
    try {
      files.truncate(file, 0);
    } finally {
      files.close(file);
    }
  };

  const removeQuietly = (path: string): void => {
    try {
      files.remove(path);
    } catch {
      // The next sweep takes it.
    }
  };

  return {
    take() {
      const path = ready.shift() ?? null;
      if (path !== null) left -= 1;
      if (left <= 0) wanted = 0;
      refill();
      return path;
    },
    keep(path) {
      if (closed || ready.length >= MOST) return false;
      const spare = newPath();
      files.rename(path, spare);
      try {
        empty(spare);
        ready.push(spare);
      } catch {
        removeQuietly(spare);
      }
      return true;
    },
    madeOwn(duration) {
      if (duration < DEAR) return;
      wanted = STOCK;
      left = BEFORE_A_LOOK;
      refill();
    },
    close() {
      closed = true;
      cancel();
      for (const path of ready.splice(0)) removeQuietly(path);
    },
  };
};

/** ms; several times what the background's own work costs. */
const DEAR = 0.15;
const BEFORE_A_LOOK = 100;
const STOCK = 4;
/** With those that were kept: as many as answers may be written at a time. */
const MOST = 16;
/** ms without a file being asked for. */
const QUIET = 2;
