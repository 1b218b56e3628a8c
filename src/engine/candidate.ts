/** Rows that are ready and need a slot of their agent, or a place of their concurrency key. */
import type { TaskDefinition } from './definition.ts';
import type { Draft } from './draft.ts';
import { taskOf } from './tasks.ts';

export interface Candidate {
  readonly task: TaskDefinition;
  /** Position in the definition, for those equally urgent. */
  readonly index: number;
}

/**
 * How urgent a task is that waits since `since` (ms): a minute of waiting weighs as much as a step
 * of priority. Who waits longest comes first in the end, whatever comes after it, and the order of
 * two tasks never changes.
 */
export const urgencyOf = (priority: number, since: number): number => priority * STEP - since;

const STEP = 60_000;

/** The order in which slots are given: by urgency, then as written. */
export const byUrgency =
  (draft: Draft) =>
  (a: Candidate, b: Candidate): number =>
    urgencyIn(draft, b) - urgencyIn(draft, a) || a.index - b.index;

const urgencyIn = (draft: Draft, { task }: Candidate): number => {
  const state = taskOf(draft.run, task.id);
  const since = state?.status === 'PENDING' ? (state.queuedAt ?? draft.now) : draft.now;
  return urgencyOf(task.priority, since);
};
