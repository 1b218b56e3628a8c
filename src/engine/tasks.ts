/** Reading tasks out of a run: plain questions about one task's state, no rules. */
import { isJsonObject, type Json, type JsonObject } from '../lib/json.ts';
import type { TaskError } from './answers.ts';
import { rowOf } from './rows.ts';
import type { Attempt, RunState, TaskState } from './state.ts';

/** The row of that id, or null: ids may come from outside and only own names count. */
export const taskOf = (run: RunState, id: string): TaskState | null => rowOf(run, id);

/** The attempt someone is working on, or null. */
export const openAttempt = (task: TaskState | null): Attempt | null => {
  const last = task?.attempts.at(-1);
  return last?.status === 'IN_PROGRESS' ? last : null;
};

/** COMPLETED, COMPLETED_WITH_ERRORS or SKIPPED: what depends on it may go on. */
export const isResolved = (task: TaskState): boolean =>
  task.status === 'COMPLETED' ||
  task.status === 'COMPLETED_WITH_ERRORS' ||
  task.status === 'SKIPPED';

/** Skipped in a way that is passed on: an operator's skip counts as COMPLETED. */
export const isPassedOver = (task: TaskState): boolean =>
  task.status === 'SKIPPED' && task.by !== 'operator';

export const isFailed = (
  task: TaskState,
): task is TaskState & { readonly status: 'FAILED' | 'TIMED_OUT' } =>
  task.status === 'FAILED' || task.status === 'TIMED_OUT';

/** True when nothing behind this task can be reached through it any more. */
export const stopsOthers = (task: TaskState, blocked: ReadonlySet<string>): boolean =>
  isFailed(task) || task.status === 'CANCELLED' || blocked.has(task.id);

/** No status of this run's generation follows this one. */
export const isTerminal = (task: TaskState): boolean =>
  isResolved(task) || isFailed(task) || task.status === 'CANCELLED';

/** Someone or something is at it, or at what is inside it: an attempt, a question, a retry's delay, a wait for a slot. */
export const isUnderWay = (task: TaskState): boolean =>
  task.status === 'IN_PROGRESS' ||
  task.status === 'PENDING_APPROVAL' ||
  task.status === 'RETRYING' ||
  (task.status === 'PENDING' && task.queuedAt !== null);

/** What templates read: a task that ended without output has `{}`, one that has not ended has none. */
export const outputOf = (task: TaskState): Json => {
  if (!isTerminal(task) || task.status === 'CANCELLED' || !('output' in task)) return {};
  return task.output ?? {};
};

/** The output as an object, for reading names out of it. */
export const fieldsOf = (output: Json): JsonObject => (isJsonObject(output) ? output : {});

/** Attempts of the task in the generation it runs in: those that its retry policy counts. */
export const attemptsNow = (task: TaskState): readonly Attempt[] =>
  task.attempts.filter(({ generation }) => generation === task.generation);

/** `<type>: <message>`, the form of every reason. */
export const errorText = (error: TaskError): string => `${error.type}: ${error.message}`;
