/**
 * One claim in an agent's hands: the task file it renamed into its own folder.
 *
 * Owns the lease as its holder sees it. The file being there, being the same file, and having the
 * time that this holder gave it last is the proof that the task is still ours: who takes it back
 * removes or touches it.
 */
import { join } from 'node:path';
import type { FileFacts, QueueFiles } from '../file-queue/files.ts';

/** A held claim. */
export interface ClaimFile {
  readonly path: string;
  readonly name: string;
  /** The file as it was when it was claimed. */
  readonly facts: FileFacts;
  /** Renews the lease. False: it is not ours any more. */
  renew(): boolean;
  isOurs(): boolean;
  /** Gives the task back. */
  giveBack(tasks: string): Promise<void>;
  /** Ends the claim; a file that is not ours is left alone. */
  remove(): Promise<void>;
}

/**
 * Renames `name` from `tasks` into `folder`; null when somebody else was faster.
 * @param now ms since the epoch
 */
export const claimFile = async (
  files: Pick<QueueFiles, 'move' | 'stat' | 'recycle' | 'touch'>,
  tasks: string,
  folder: string,
  name: string,
  now: number,
): Promise<ClaimFile | null> => {
  const path = join(folder, name);
  if (!(await files.move(join(tasks, name), path))) return null;
  const facts = files.stat(path);
  if (facts === null) return null;
  let { modified } = facts;

  const isOurs = (): boolean => {
    const seen = files.stat(path);
    return seen !== null && seen.inode === facts.inode && seen.modified === modified;
  };

  const touch = (): boolean => {
    if (!files.touch(path)) return false;
    // Some file systems keep coarser times than they are given: what counts is what they kept.
    const touched = files.stat(path);
    if (touched !== null) ({ modified } = touched);
    return touched !== null;
  };

  // A file made just now is as good as touched.
  if (now - modified > FRESH && !touch()) return null;
  return {
    path,
    name,
    facts,
    renew: () => isOurs() && touch(),
    isOurs,
    async giveBack(back) {
      if (isOurs()) await files.move(path, join(back, name));
    },
    async remove() {
      if (isOurs()) await files.recycle(path);
    },
  };
};

/** ms; far below the time after which a claim counts as forgotten. */
const FRESH = 1_000;
