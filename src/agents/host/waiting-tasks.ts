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
import type { FoundTask } from '../file-queue/task-file.ts';

/** A task file on offer to one of our agents. */
export interface WaitingTask {
  readonly pair: FolderPair;
  readonly name: string;
  readonly agent: string;
  /** ms since the epoch. */
  readonly modified: number;
  /** The file as it was looked at; who claims one that still looks like this need not read it. */
  readonly mark: string;
  /** Null for a large one: many of them wait, and it is read again when its turn comes. */
  readonly found: FoundTask | null;
}

/** The task folders as last seen. */
export interface WaitingTasks {
  look(pair: FolderPair, name: string): Promise<void>;
  /** Looks at a whole folder; calls `between` now and then, so that what was found can be begun. */
  scan(pair: FolderPair, between: () => void): Promise<void>;
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
  const queues = new Map<string, AgentTasks>();

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
    const found = await read(path, facts.size);
    if (found === null || !agents.has(found.assignedTo)) {
      known.set(path, { mark, task: null });
      return;
    }
    const { assignedTo: agent } = found;
    const small = facts.size <= SMALL ? found : null;
    const task = { pair, name, agent, modified: facts.modified, mark, found: small };
    known.set(path, { mark, task });
    const queue = queues.get(agent) ?? createAgentTasks();
    queue.add(task);
    queues.set(agent, queue);
  };

  /** A file that cannot be understood is nobody's; the engine writes complete ones. */
  const read = async (path: string, size: number): Promise<FoundTask | null> => {
    try {
      return readTaskFile(await files.read(path, size), limit);
    } catch {
      return null;
    }
  };

  return {
    look,
    async scan(pair, between) {
      const names = files.list(pair.tasks);
      const there = new Set(names.map((name) => join(pair.tasks, name)));
      for (const [path, { task }] of known) {
        if ((task === null || task.pair === pair) && !there.has(path)) known.delete(path);
      }
      let looked = 0;
      for (const name of names) {
        await look(pair, name);
        looked += 1;
        if (looked % PORTION !== 0) continue;
        between();
        await new Promise<void>((resolve) => setImmediate(resolve));
      }
    },
    next(agent) {
      const queue = queues.get(agent);
      for (let task = queue?.take(); task !== undefined; task = queue?.take()) {
        const path = join(task.pair.tasks, task.name);
        if (known.get(path)?.task !== task) continue;
        known.delete(path);
        return task;
      }
      return null;
    },
  };
};

/** Files looked at before others get a turn: a burst for one agent must not hold up the rest. */
const PORTION = 64;

/** Bytes up to which a waiting task is kept as it was read. */
const SMALL = 4 * 1024;

/** One agent's tasks, oldest first; some may have gone since. */
interface AgentTasks {
  add(task: WaitingTask): void;
  take(): WaitingTask | undefined;
}

/** Tasks mostly come in the order of their age: they are sorted only when one does not. */
const createAgentTasks = (): AgentTasks => {
  let tasks: WaitingTask[] = [];
  let taken = 0;
  let sorted = true;
  return {
    add(task) {
      const last = tasks.at(-1);
      if (last !== undefined && last.modified > task.modified) sorted = false;
      tasks.push(task);
    },
    take() {
      if (!sorted || taken > tasks.length / 2) {
        tasks = tasks.slice(taken);
        taken = 0;
        if (!sorted) tasks.sort((a, b) => a.modified - b.modified);
        sorted = true;
      }
      const task = tasks[taken];
      if (task !== undefined) taken += 1;
      return task;
    },
  };
};
