/**
 * The queue without files: the same promises to the engine, an agent's side made of calls.
 * For tests and for `workflow test`; what only files can do wrong cannot happen here.
 */
import type { AgentAnswer, AgentQueue, AgentTask, AnswerVerdict, QueueListener } from './queue.ts';

/** The queue and, after `offered`, the agent's side of it. */
export interface MemoryQueue extends AgentQueue {
  /** Tasks on offer and not claimed, oldest first. */
  offered(): readonly AgentTask[];
  /** Tasks that somebody holds. */
  claimed(): readonly AgentTask[];
  /** Calls `listener` with every task that comes on offer. Returns a function that ends it. */
  onOffer(listener: (task: AgentTask) => void): () => void;
  /** Takes a task off the offer; null when somebody else has it or it is gone. */
  claim(task: Pick<AgentTask, 'run' | 'task'>, agent: string): Promise<AgentTask | null>;
  progress(
    task: Pick<AgentTask, 'run' | 'task' | 'lease'>,
    percent: number | null,
    message: string,
  ): Promise<void>;
  /** Answers; `lease` and `attempt` may be null as an agent written to the guide leaves them out. */
  answer(answer: MemoryAnswer): Promise<AnswerVerdict>;
}

/** What an agent answers. */
export interface MemoryAnswer extends Pick<
  AgentAnswer,
  'run' | 'task' | 'lease' | 'log' | 'result'
> {
  readonly attempt: number | null;
  readonly agent: string;
}

interface Entry {
  readonly task: AgentTask;
  readonly claimed: boolean;
}

/** Creates an empty queue. */
export const createMemoryQueue = (): MemoryQueue => {
  const entries = new Map<string, Entry>();
  const watchers = new Set<(task: AgentTask) => void>();
  const waiting: (() => void)[] = [];
  let engine: QueueListener | null = null;
  let count = 0;

  const listener = (): QueueListener => {
    if (engine === null) throw new Error('The memory queue was used before start(listener)');
    return engine;
  };

  const list = (claimed: boolean): readonly AgentTask[] =>
    [...entries.values()].filter((entry) => entry.claimed === claimed).map(({ task }) => task);

  const removeLease = (key: string, lease: string): void => {
    if (entries.get(key)?.task.lease === lease) entries.delete(key);
  };

  return {
    async start(to) {
      engine = to;
      for (const go of waiting.splice(0)) go();
    },
    async offer(task) {
      if (engine === null) await new Promise<void>((resolve) => waiting.push(resolve));
      const key = keyOf(task);
      if (entries.get(key)?.task.lease === task.lease) return;
      entries.delete(key);
      entries.set(key, { task, claimed: false });
      for (const watcher of watchers) watcher(task);
    },
    async withdraw(run, task, lease) {
      removeLease(keyOf({ run, task }), lease);
    },
    async sweep(open) {
      for (const [key, { task }] of entries) if (!open.has(task.lease)) entries.delete(key);
    },
    async stop() {
      for (const go of waiting.splice(0)) go();
      watchers.clear();
    },

    offered: () => list(false),
    claimed: () => list(true),
    onOffer(watcher) {
      watchers.add(watcher);
      return () => void watchers.delete(watcher);
    },
    async claim(task, agent) {
      const entry = entries.get(keyOf(task));
      if (entry === undefined || entry.claimed) return null;
      entries.set(keyOf(task), { ...entry, claimed: true });
      await listener().claimed(task.run, task.task, entry.task.attempt, agent);
      return entry.task;
    },
    async progress({ run, task, lease }, percent, message) {
      const open = listener().openAttempt(run, task);
      if (open === null || open.lease !== lease) return;
      await listener().progress(run, task, open.attempt, percent, message);
    },
    async answer(answer) {
      const { run, task } = answer;
      const open = listener().openAttempt(run, task);
      const attempt = answer.attempt ?? open?.attempt ?? 0;
      const name = `${run}~${task}~${attempt}~${(count += 1).toString(36)}`;
      const verdict = await listener().answer({ ...answer, attempt, name });
      if (verdict === 'accepted' && open !== null) removeLease(keyOf(answer), open.lease);
      return verdict;
    },
  };
};

const keyOf = (task: Pick<AgentTask, 'run' | 'task'>): string => `${task.run}~${task.task}`;
