/** After a restart: task files and claims of attempts that are not open any more go. */
import { join } from 'node:path';
import { isName } from '../../engine/ids.ts';
import type { QueueContext } from './context.ts';
import { readFileName } from './names.ts';
import { leaseIn } from './slot.ts';

/** Removes every task file and claim whose lease is not in `open`. Files without a lease are not the engine's. */
export const sweepTasks = async (
  context: QueueContext,
  open: ReadonlySet<string>,
): Promise<void> => {
  const { files, folders } = context;
  const agents = files.list(folders.claimed).filter((name) => isName(name));
  const places = [
    ...context.pairs.map((pair) => pair.tasks),
    ...agents.map((agent) => join(folders.claimed, agent)),
  ];
  for (const folder of places) {
    for (const name of files.list(folder)) {
      if (readFileName('task', name).type !== 'named') continue;
      const path = join(folder, name);
      try {
        const lease = await leaseIn(context, path);
        if (lease !== null && !open.has(lease)) await files.remove(path);
      } catch (error) {
        context.troubles.report(path, error);
      }
    }
  }
};
