/**
 * One claim in an agent's hands: the task file it renamed into its own folder.
 *
 * Owns the lease as its holder sees it. The file being there, being the same file, and having the
 * time that this holder gave it last is the proof that the task is still ours: who takes it back
 * removes or touches it.
 */
import { join } from 'node:path';
import type { QueueFiles } from '../file-queue/files.ts';

/** A held claim. */
export interface ClaimFile {
  readonly path: string;
  readonly name: string;
  /** Renews the lease. False: it is not ours any more. */
  renew(): boolean;
  isOurs(): boolean;
  /** Gives the task back. */
  giveBack(tasks: string): Promise<void>;
  /** Ends the claim; a file that is not ours is left alone. */
  remove(): Promise<void>;
}

/** Renames `name` from `tasks` into `folder`; null when somebody else was faster. */
export const claimFile = async (
  files: Pick<QueueFiles, 'move' | 'stat' | 'remove' | 'touch'>,
  tasks: string,
  folder: string,
  name: string,
): Promise<ClaimFile | null> => {
  const path = join(folder, name);
  if (!(await files.move(join(tasks, name), path))) return null;
  const inode = files.stat(path)?.inode;
  let touched: number | null = null;

  const isOurs = (): boolean => {
    const facts = files.stat(path);
    return (
      facts !== null && facts.inode === inode && (touched ?? facts.modified) === facts.modified
    );
  };

  const renew = (): boolean => {
    if (!isOurs()) return false;
    if (!files.touch(path)) return false;
    // Some file systems keep coarser times than they are given: what counts is what they kept.
    touched = files.stat(path)?.modified ?? null;
    return touched !== null;
  };

  return renew()
    ? {
        path,
        name,
        renew,
        isOurs,
        async giveBack(back) {
          if (isOurs()) await files.move(path, join(back, name));
        },
        async remove() {
          if (isOurs()) await files.remove(path);
        },
      }
    : null;
};
