/**
 * Empty files made ahead of need, to be written and renamed.
 *
 * Making a file is by far the dearest thing the queue does: on ext4 it passes over every file of
 * the neighbourhood that was deleted in the last minutes, which takes longer than all other steps
 * of a task together. So it is done beforehand, in the background. Whoever finds none makes his
 * own; one that is there and not used is swept like any other draft.
 */
import { join } from 'node:path';
import type { HostFiles } from '../../lib/host/host.ts';
import type { UniqueNames } from './names.ts';

/** The spare files of one process. */
export interface SpareFiles {
  /** The path of an empty file that nobody else will use; null when there is none just now. */
  take(): string | null;
  /** Removes what was not used; nothing is made any more. */
  close(): void;
}

/** Creates the stock in `folder`; nothing is made before the first `take`. */
export const createSpareFiles = (
  files: Pick<HostFiles, 'make' | 'remove'>,
  folder: string,
  unique: UniqueNames,
): SpareFiles => {
  const ready: string[] = [];
  let wanted = FEWEST;
  let making = 0;
  let closed = false;

  const refill = (): void => {
    if (closed) return;
    // Two at a time leave threads for those who wait for a sync.
    while (making < AT_ONCE && ready.length + making < wanted) {
      making += 1;
      void make();
    }
  };

  const make = async (): Promise<void> => {
    const path = join(folder, `spare.${unique()}`);
    const made = await files.make(path).then(
      () => true,
      // Whoever needs a file now will meet the same error and say so.
      () => false,
    );
    making -= 1;
    if (made && closed) removeQuietly(path);
    else if (made) ready.push(path);
    if (made) refill();
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
      if (path === null) wanted = Math.min(MOST, 2 * wanted);
      refill();
      return path;
    },
    close() {
      closed = true;
      for (const path of ready.splice(0)) removeQuietly(path);
    },
  };
};

const FEWEST = 4;
const MOST = 64;
const AT_ONCE = 2;
