/** Handing a task to someone: an agent, a function of the bridge, or people. */
import type { JsonObject } from '../lib/json.ts';
import type { HumanTaskDefinition, SimpleTaskDefinition, TaskDefinition } from './definition.ts';
import type { Draft } from './draft.ts';
import { resolveFields } from './expressions.ts';
import { failTask, totalDeadline } from './fail-task.ts';
import { scopeOf } from './scope.ts';
import type { TaskState } from './state.ts';
import { attemptsNow, taskOf } from './tasks.ts';

/**
 * Opens the task's next attempt. An input that cannot be resolved fails the task before
 * dispatch, so there is no row for it; so does a `total_timeout` that ran out meanwhile.
 */
export const startTask = (draft: Draft, task: SimpleTaskDefinition | HumanTaskDefinition): void => {
  const state = taskOf(draft.run, task.id);
  if (state === null || failedForGood(draft, task, state)) return;
  const attempt = state.attempts.length + 1;
  const scope = scopeOf(draft.run, draft.now, { self: selfOf(state, attempt) });
  const input = resolveFields(task.input, scope);
  if (!input.ok) {
    failTask(draft, task, { status: 'FAILED', error: input.error, output: {} });
    return;
  }
  const { generation } = state;
  if (task.type === 'HUMAN') {
    const { options, quorum, approvalTimeout } = task;
    const expiresAt =
      approvalTimeout === null || approvalTimeout <= 0 ? null : draft.now + approvalTimeout;
    draft.emit({
      type: 'ApprovalRequested',
      task: task.id,
      attempt,
      generation,
      input: input.value,
      options,
      quorum,
      expiresAt,
    });
    return;
  }
  if (task.executor.kind === 'agent') draft.takeSlot(task.executor.name);
  draft.emit({
    type: 'TaskDispatched',
    task: task.id,
    attempt,
    generation,
    lease: draft.newLease(),
    agent: task.executor.name,
    input: input.value,
    deadline: deadlineOf(draft, task, state),
  });
};

/** The last failure, as the next attempt may read it. */
export const previousFailure = (task: TaskState): { type: string; message: string } | null => {
  const error = task.attempts.findLast((row) => row.error !== null)?.error ?? null;
  return error === null ? null : { type: error.type, message: error.message };
};

const selfOf = (state: TaskState, attempt: number): JsonObject => ({
  id: state.id,
  attempt,
  generation: state.generation,
  previous_failure: previousFailure(state),
});

/** Attempt time limit and `total_timeout`, whichever is sooner. */
const deadlineOf = (draft: Draft, task: SimpleTaskDefinition, state: TaskState): number | null => {
  const own = task.timeout === null || task.timeout <= 0 ? null : draft.now + task.timeout;
  const first = attemptsNow(state)[0]?.dispatchedAt ?? draft.now;
  const total = totalDeadline(task, first);
  if (own === null || total === null) return own ?? total;
  return Math.min(own, total);
};

/** A retry that comes after `total_timeout` is not made: the last failure stands. */
const failedForGood = (draft: Draft, task: TaskDefinition, state: TaskState): boolean => {
  const made = attemptsNow(state);
  const [first] = made;
  const last = made.at(-1);
  if (first === undefined || last === undefined || last.error === null) return false;
  const end = totalDeadline(task, first.dispatchedAt);
  if (end === null || draft.now <= end) return false;
  const status = last.status === 'TIMED_OUT' ? 'TIMED_OUT' : 'FAILED';
  failTask(draft, task, { status, error: last.error, output: last.output });
  return true;
};
