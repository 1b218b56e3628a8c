/**
 * What lies in the task folders for this host's agents. Every file is read once: which agent it is
 * for stands inside it.
 */
import { join } from 'node:path';
import type { QueueFiles } from '../file-queue/files.ts';
import type { FolderPair } from '../file-queue/folders.ts';
import { readFileName } from '../file-queue/names.ts';
import { markOf } from '../file-queue/stillness.ts';
import { readTaskFile } from '../file-queue/task-file.ts';

/** A task file on offer to one of our agents. */
export interface WaitingTask {
  readonly pair: FolderPair;
  readonly name: string;
  readonly agent: string;
  /** ms since the epoch. */
  readonly modified: number;
}

/** The task folders as last seen. */
export interface WaitingTasks {
  look(pair: FolderPair, name: string): Promise<void>;
  scan(pair: FolderPair): Promise<void>;
  /** The oldest task of an agent, taken off the list. */
  next(agent: string): WaitingTask | null;
}

interface Known {
  readonly mark: string;
  /** Null: not for us, or not readable. */
  readonly task: WaitingTask | null;
}

/** Creates the list for agents of the given names. */
export const createWaitingTasks = (
  files: Pick<QueueFiles, 'list' | 'stat' | 'read'>,
  limit: number,
  agents: ReadonlySet<string>,
): WaitingTasks => {
  const known = new Map<string, Known>();
  /** Tasks by agent; what is no longer in `known` as it was is skipped when its turn comes. */
  const queues = new Map<string, { readonly tasks: WaitingTask[]; sorted: boolean }>();

  const enqueue = (task: WaitingTask): void => {
    const queue = queues.get(task.agent) ?? { tasks: [], sorted: false };
    queue.tasks.push(task);
    queue.sorted = false;
    queues.set(task.agent, queue);
  };

  const look = async (pair: FolderPair, name: string): Promise<void> => {
    if (readFileName('task', name).type !== 'named') return;
    const path = join(pair.tasks, name);
    const facts = files.stat(path);
    if (facts === null) {
      known.delete(path);
      return;
    }
    const mark = markOf(facts);
    if (known.get(path)?.mark === mark || !facts.regular || facts.size > limit) return;
    const agent = await agentOf(path, facts.size);
    const task =
      agent !== null && agents.has(agent) ? { pair, name, agent, modified: facts.modified } : null;
    known.set(path, { mark, task });
    if (task !== null) enqueue(task);
  };

  /** A file that cannot be understood is nobody's; the engine writes complete ones. */
  const agentOf = async (path: string, size: number): Promise<string | null> => {
    try {
      return readTaskFile(await files.read(path, size), limit).assignedTo;
    } catch {
      return null;
    }
  };

  return {
    look,
    async scan(pair) {
      const names = files.list(pair.tasks);
      const there = new Set(names.map((name) => join(pair.tasks, name)));
      for (const [path, { task }] of known) {
        if ((task === null || task.pair === pair) && !there.has(path)) known.delete(path);
      }
      for (const name of names) await look(pair, name);
    },
    next(agent) {
      const queue = queues.get(agent);
      if (queue === undefined) return null;
      if (!queue.sorted) queue.tasks.sort((a, b) => b.modified - a.modified);
      queue.sorted = true;
      for (let task = queue.tasks.pop(); task !== undefined; task = queue.tasks.pop()) {
        const path = join(task.pair.tasks, task.name);
        if (known.get(path)?.task !== task) continue;
        known.delete(path);
        return task;
      }
      return null;
    },
  };
};
