/** After a restart: task files and claims of attempts that are not open any more go. */
import { join } from 'node:path';
import { isName } from '../../engine/ids.ts';
import type { QueueContext } from './context.ts';
import { readFileName } from './names.ts';
import { leaseIn } from './slot.ts';
import { readTaskFile } from './task-file.ts';

/**
 * Removes every task file and claim whose lease is not in `open`, and what a power cut left of
 * one. Readable files without a lease are not the engine's.
 */
export const sweepTasks = async (
  context: QueueContext,
  open: ReadonlySet<string>,
): Promise<void> => {
  const { files, folders } = context;
  const agents = files.list(folders.claimed).filter((name) => isName(name));
  // Claims first: what a host hands back meanwhile is met again in its task folder.
  const places = [
    ...agents.map((agent) => join(folders.claimed, agent)),
    ...context.pairs.map((pair) => pair.tasks),
  ];
  for (const folder of places) {
    for (const name of files.list(folder)) {
      if (readFileName('task', name).type !== 'named') continue;
      const path = join(folder, name);
      try {
        const lease = await leaseIn(context, path);
        const over = lease === null ? await isTorn(context, path) : !open.has(lease);
        if (over) await files.remove(path);
      } catch (error) {
        context.troubles.report(path, error);
      }
    }
  }
};

/** Task files are written whole, so one that cannot be understood was not on disk when the power went. */
const isTorn = async ({ files, limits }: QueueContext, path: string): Promise<boolean> => {
  const facts = files.stat(path);
  if (facts === null || !facts.regular || facts.size > limits.answer) return false;
  const bytes = await files.read(path, facts.size);
  try {
    readTaskFile(bytes, limits.answer);
    return false;
  } catch {
    return true;
  }
};

/** Removes what writers that were killed left in the folder for files being written. */
export const sweepDrafts = async ({
  files,
  folders,
  clock,
  troubles,
}: QueueContext): Promise<void> => {
  for (const name of files.list(folders.temp)) {
    const path = join(folders.temp, name);
    const facts = files.stat(path);
    // A draft lives for milliseconds; one of now may be an agent's.
    if (facts === null || !facts.regular || Math.abs(clock.now() - facts.modified) < DRAFT)
      continue;
    await files.remove(path).catch((error: unknown) => troubles.report(path, error));
  }
};

const DRAFT = 60_000;
