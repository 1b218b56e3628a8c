/** Handing a task to someone: an agent, a function of the bridge, people, or a child run. */
import type { JsonObject } from '../lib/json.ts';
import type { Scope } from '../../grammar/scope.ts';
import type {
  HumanTaskDefinition,
  SimpleTaskDefinition,
  SubWorkflowTaskDefinition,
  TaskDefinition,
  WaitTaskDefinition,
} from './definition.ts';
import type { Draft } from './draft.ts';
import type { Child } from './events.ts';
import { engineError, resolve, resolveFields, type Evaluated } from './expressions.ts';
import { failTask, totalDeadline } from './fail-task.ts';
import { numbersOf } from './numbers.ts';
import { scopeOf } from './scope.ts';
import type { TaskState } from './state.ts';
import { attemptsNow, taskOf } from './tasks.ts';

/**
 * Opens the task's next attempt. An input that cannot be resolved fails the task before
 * dispatch, so there is no row for it; so does a `total_timeout` that ran out meanwhile.
 */
export const startTask = (
  draft: Draft,
  task: SimpleTaskDefinition | HumanTaskDefinition | SubWorkflowTaskDefinition,
): void => {
  const state = taskOf(draft.run, task.id);
  if (state === null || failedForGood(draft, task, state)) return;
  const attempt = state.attempts.length + 1;
  const scope = scopeOf(draft.run, draft.now, {
    row: task.id,
    self: selfOf(draft, state, attempt),
  });
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
  const type = 'TaskDispatched';
  const dispatched = {
    task: task.id,
    attempt,
    generation,
    lease: draft.newLease(),
    input: input.value,
    deadline: deadlineOf(draft, task, state),
    ...keyFor(state),
  };
  if (task.type === 'SUB_WORKFLOW') {
    const child = childOf(draft, task, state, scope);
    if (child.ok) draft.emit({ type, ...dispatched, agent: null, child: child.value });
    else failTask(draft, task, { status: 'FAILED', error: child.error, output: {} });
    return;
  }
  if (task.executor.kind === 'agent') draft.takeSlot(task.executor.name);
  draft.emit({ type, ...dispatched, agent: task.executor.name });
};

/** The key whose place it waited for. */
const keyFor = (state: TaskState): { readonly key?: string } =>
  state.status === 'PENDING' && state.queuedFor !== undefined ? { key: state.queuedFor.key } : {};

/** Runs above a run, at most: a definition that starts itself ends somewhere. */
const DEEPEST = 16;

/** The run the attempt will wait for: the one a retry resumes, else a new one. */
const childOf = (
  draft: Draft,
  task: SubWorkflowTaskDefinition,
  state: TaskState,
  scope: Scope,
): Evaluated<Child> => {
  if (state.status === 'PENDING' && state.resume !== undefined) {
    return { ok: true, value: state.resume };
  }
  const depth = draft.run.parent?.depth ?? 0;
  if (depth >= DEEPEST) {
    return engineError(
      'SubWorkflowDepth',
      `${depth} runs are above this one already; see whether ${draft.run.definition.id} starts itself without end`,
    );
  }
  const workflow = resolve(task.workflow, scope);
  if (!workflow.ok) return workflow;
  if (typeof workflow.value !== 'string' || workflow.value === '') {
    return engineError(
      'TemplateError',
      `the workflow to run came out as ${JSON.stringify(workflow.value)}`,
    );
  }
  const { version } = task;
  const child = { run: draft.newRunId(), generation: 1, workflow: workflow.value, version };
  return { ok: true, value: child };
};

/** The last failure, as the next attempt may read it. */
export const previousFailure = (task: TaskState): { type: string; message: string } | null => {
  const error = task.attempts.findLast((row) => row.error !== null)?.error ?? null;
  return error === null ? null : { type: error.type, message: error.message };
};

/** What the task being dispatched knows of itself. */
export const selfOf = (draft: Draft, state: TaskState, attempt: number): JsonObject => ({
  id: state.id,
  attempt,
  generation: state.generation,
  previous_failure: previousFailure(state),
  previous_feedback: state.feedback ?? null,
  ...numbersOf(draft.run, state.id),
});

/** Attempt time limit and `total_timeout`, whichever is sooner. */
export const deadlineOf = (
  draft: Draft,
  task: SimpleTaskDefinition | SubWorkflowTaskDefinition | WaitTaskDefinition,
  state: TaskState,
): number | null => {
  const own = task.timeout === null || task.timeout <= 0 ? null : draft.now + task.timeout;
  const first = attemptsNow(state)[0]?.dispatchedAt ?? draft.now;
  const total = totalDeadline(task, first);
  if (own === null || total === null) return own ?? total;
  return Math.min(own, total);
};

/** A retry that comes after `total_timeout` is not made: the last failure stands. */
export const failedForGood = (draft: Draft, task: TaskDefinition, state: TaskState): boolean => {
  const made = attemptsNow(state);
  const [first] = made;
  const last = made.at(-1);
  if (first === undefined || last === undefined || last.error === null) return false;
  const end = totalDeadline(task, first.dispatchedAt);
  if (end === null || draft.now < end) return false;
  const status = last.status === 'TIMED_OUT' ? 'TIMED_OUT' : 'FAILED';
  failTask(draft, task, { status, error: last.error, output: last.output });
  return true;
};
