/** Rows that are ready and need a slot of their agent. */
import type { TaskDefinition } from './definition.ts';
import type { Draft } from './draft.ts';
import { taskOf } from './tasks.ts';

export interface Candidate {
  readonly task: TaskDefinition;
  /** Position in the definition, for those equally urgent. */
  readonly index: number;
}

/** The order in which slots are given: by priority, then by how long they wait, then as written. */
export const byUrgency =
  (draft: Draft) =>
  (a: Candidate, b: Candidate): number =>
    b.task.priority - a.task.priority ||
    queuedAt(draft, a) - queuedAt(draft, b) ||
    a.index - b.index;

const queuedAt = (draft: Draft, { task }: Candidate): number => {
  const state = taskOf(draft.run, task.id);
  return state?.status === 'PENDING' ? (state.queuedAt ?? draft.now) : draft.now;
};
