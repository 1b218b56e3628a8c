/** When a run has nothing left to do: what it waits for still, and how it ends then. */
import { endRun } from './end-run.ts';
import type { Draft } from './draft.ts';
import { failureReason, failuresOf } from './failures.ts';
import { checksKey } from './keys.ts';
import type { RunState, TaskState } from './state.ts';
import { isFailed, isTerminal, isUnderWay } from './tasks.ts';

/** Ends the run with the state of the task that ended it; the reason is the first failure's. */
export const endByFailure = (draft: Draft, task: TaskState): void => {
  const status = isFailed(task) ? task.status : 'CANCELLED';
  const own = 'reason' in task ? `${task.id}: ${task.reason}` : null;
  const reason = status === 'CANCELLED' ? own : failureReason(failuresOf(draft.run));
  endRun(draft, { status, cause: 'task', task: task.id, reason, by: null });
};

/**
 * Ends the run when nothing is under way: failed by what `fail_after_siblings` held back, or
 * completed once its files are written and its post checks hold. A file that could not be
 * written is a warning and does not change the status.
 */
export const finishRun = (draft: Draft): void => {
  const { run } = draft;
  const tasks = Object.values(run.tasks);
  if (tasks.some(isUnderWay)) return;
  const [first, ...others] = failuresOf(run);
  if (first !== undefined) {
    const reason = failureReason([first, ...others]);
    endRun(draft, { status: first.status, cause: 'task', task: first.id, reason, by: null });
    return;
  }
  const stuck = tasks.filter((task) => !isTerminal(task));
  if (stuck.length > 0) {
    const reason = `Deadlock: ${stuck.map(({ id }) => id).join(', ')} can never start`;
    endRun(draft, { status: 'FAILED', cause: 'task', task: null, reason, by: null });
    return;
  }
  if (Object.values(run.pendingEffects).some(({ type }) => type === 'file')) return;
  completeChecked(draft);
};

/** `all_tasks_completed` is decided here; other checks look at the station and are asked for. */
const completeChecked = (draft: Draft): void => {
  const { run } = draft;
  const { postChecks } = run.definition;
  const own = postChecks.find(({ check }) => check === 'all_tasks_completed');
  const unclean = own === undefined ? [] : uncleanTasks(run);
  if (own !== undefined && unclean.length > 0) {
    failCheck(draft, `${own.check}: ${own.error ?? `${unclean.join(', ')} ended with errors`}`);
    return;
  }
  if (postChecks.some(({ check }) => check !== 'all_tasks_completed')) {
    if (run.checks === null) {
      const key = checksKey(run);
      if (!Object.hasOwn(run.pendingEffects, key)) draft.emit({ type: 'ChecksRequested', key });
      return;
    }
    if (!run.checks.ok) {
      failCheck(draft, run.checks.error ?? 'a post check failed');
      return;
    }
  }
  endRun(draft, { status: 'COMPLETED', cause: 'done', task: null, reason: null, by: null });
};

/** Skipped tasks count as done; those that ended with errors do not. */
const uncleanTasks = (run: RunState): readonly string[] =>
  Object.values(run.tasks)
    .filter(({ status }) => status !== 'COMPLETED' && status !== 'SKIPPED')
    .map(({ id }) => id);

const failCheck = (draft: Draft, why: string): void => {
  const reason = `post_execution_checks: ${why}`;
  endRun(draft, { status: 'FAILED', cause: 'check', task: null, reason, by: null });
};
