/** What a failure leads to: another attempt, an end that the definition tolerates, or the task's failure. */
import { mayRetry, retryDelay } from './backoff.ts';
import type { TaskError } from './answers.ts';
import type { TaskDefinition } from './definition.ts';
import type { Draft } from './draft.ts';
import type { Json } from '../lib/json.ts';
import { attemptsNow, errorText, taskOf } from './tasks.ts';

export interface AttemptFailure {
  readonly attempt: number;
  readonly status: 'FAILED' | 'TIMED_OUT';
  readonly error: TaskError;
  readonly output: Json;
  readonly agent: string | null;
  readonly answer: string | null;
}

/** Ends an open attempt and decides what follows for its task. */
export const failAttempt = (draft: Draft, task: TaskDefinition, failure: AttemptFailure): void => {
  draft.emit({ type: 'AttemptFailed', task: task.id, ...failure });
  const dueAt = nextAttemptAt(draft, task, failure.error);
  if (dueAt === null) {
    failTask(draft, task, failure);
    return;
  }
  draft.emit({ type: 'RetryScheduled', task: task.id, attempt: failure.attempt + 1, dueAt });
};

/** Ends a task that has no attempt left, or never got one. */
export const failTask = (
  draft: Draft,
  task: TaskDefinition,
  failure: Pick<AttemptFailure, 'status' | 'error' | 'output'>,
): void => {
  const { status, error } = failure;
  const output = failure.output ?? {};
  if (task.onFailure === 'continue') {
    const reason = errorText(error);
    draft.emit({ type: 'TaskCompletedWithErrors', task: task.id, output, reason });
  } else {
    draft.emit({ type: 'TaskFailed', task: task.id, status, error, output });
  }
};

/** When the next attempt is due, or null when there is none. */
const nextAttemptAt = (draft: Draft, task: TaskDefinition, error: TaskError): number | null => {
  const state = taskOf(draft.run, task.id);
  if (state === null) return null;
  const made = attemptsNow(state);
  if (!mayRetry(task.retry, error, made.length)) return null;
  const spread = draft.fraction(`jitter/${task.id}/${made.length}`);
  const dueAt = draft.now + retryDelay(task.retry, made.length - 1, spread, error.retryAfter);
  const last = totalDeadline(task, made[0]?.dispatchedAt ?? draft.now);
  return last !== null && dueAt >= last ? null : dueAt;
};

/** When the task's `total_timeout` is over, counted from the generation's first dispatch. */
export const totalDeadline = (task: TaskDefinition, firstDispatch: number): number | null => {
  const total = task.retry.totalTimeout;
  return total === null || total <= 0 ? null : firstDispatch + total;
};
