/** What the queue knows about the task file of one task. */
import { join } from 'node:path';
import type { AgentTask } from '../queue.ts';
import type { QueueContext } from './context.ts';
import type { FolderPair } from './folders.ts';
import { fileName } from './names.ts';
import type { TaskKey } from './names.ts';
import { readTaskFile } from './task-file.ts';

/** What offers ask of the rest of the queue. */
export interface OfferNeeds {
  pairOf(agent: string): FolderPair;
  /** True when the agent wants large payloads in the task file itself. */
  inline(agent: string): boolean;
  /** The lease of the task's claim, null when nobody holds it. */
  claimedLease(key: TaskKey): string | null;
  /** True while an answer of the task lies there and is not understood yet. */
  answerPending(key: TaskKey): boolean;
  /** The task file of `key` has just appeared. */
  written(key: TaskKey): void;
  /** Removes claim and progress of an attempt that is over. */
  clear(key: TaskKey, agent: string | null): Promise<void>;
}

/** The file written last for a task, as long as its attempt is not over. */
export interface WrittenTask {
  readonly pair: FolderPair;
  readonly lease: string;
  readonly attempt: number;
  readonly agent: string;
  readonly heartbeat: number | null;
  readonly conceal: readonly string[];
  /** ms since the epoch. */
  readonly at: number;
}

/** Changes as files come and go; kept by the offers alone. */
export interface Slot {
  readonly key: TaskKey;
  /** An offer that is not on disk yet. */
  wanted: {
    readonly task: AgentTask;
    readonly done: Promise<void>;
    readonly settle: () => void;
  } | null;
  file: WrittenTask | null;
  /** A file of this name is believed to lie in the task folder. */
  there: boolean;
  /** When the file of this name was seen to be gone (ms), null when none was or one is there. */
  goneAt: number | null;
  /** An accepted answer's leftovers are the agent's to remove until then (ms). */
  leaveUntil: number | null;
  /** The last attempt is over without an answer: its leftovers go now. */
  withdrawn: boolean;
  /** Answers that are being decided. */
  deciding: number;
  cancel: () => void;
}

/** A slot about which nothing is known but whether a file of its name was found at the start. */
export const createSlot = (key: TaskKey, there: boolean): Slot => ({
  key,
  wanted: null,
  file: null,
  there,
  goneAt: null,
  leaveUntil: null,
  withdrawn: false,
  deciding: 0,
  cancel: () => undefined,
});

/** What is remembered of `task`, written at `at`. */
export const writtenTask = (task: AgentTask, pair: FolderPair, at: number): WrittenTask => {
  const { lease, attempt, assignedTo: agent, heartbeat, conceal } = task;
  return { pair, lease, attempt, agent, heartbeat, conceal, at };
};

/** Where the slot's task file is, or may be when an earlier process wrote it. */
export const pathsOf = (slot: Slot, pairs: readonly FolderPair[]): readonly string[] =>
  (slot.file === null ? pairs : [slot.file.pair]).map((pair) =>
    join(pair.tasks, fileName('task', slot.key)),
  );

/** ms for which the name has to stay free. */
export const gapOf = (slot: Slot, gap: number, now: number): number =>
  slot.goneAt === null ? 0 : Math.max(0, slot.goneAt + gap - now);

/** The lease in a task file; null when there is no file or it has none. */
export const leaseIn = async (
  context: Pick<QueueContext, 'files' | 'limits'>,
  path: string,
): Promise<string | null> => {
  const facts = context.files.stat(path);
  if (facts === null || !facts.regular || facts.size > context.limits.answer) return null;
  try {
    const bytes = await context.files.read(path, facts.size);
    const { lease } = readTaskFile(bytes, context.limits.answer);
    return lease === '' ? null : lease;
  } catch {
    return null;
  }
};
