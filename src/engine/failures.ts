/** Which failure ends a run, and how a run's failure reads. */
import type { TaskDefinition } from './definition.ts';
import { BRANCH_FAILED } from './join.ts';
import type { RunState, TaskState } from './state.ts';
import { errorText, isFailed, taskOf } from './tasks.ts';

/**
 * Whether the task's end ends the run at once: a failure under `on_failure: fail`, or a
 * cancellation (an approval's ABORT or expiry). A JOIN whose branches failed ends in the
 * same way as they did: it lets everything else run on.
 */
export const isFatal = (run: RunState, definition: TaskDefinition): boolean => {
  const task = taskOf(run, definition.id);
  if (task === null) return false;
  if (task.status === 'CANCELLED') {
    // A cancelled child ends its task the same way, and `on_failure` decides.
    return definition.type !== 'SUB_WORKFLOW' || definition.onFailure === 'fail';
  }
  return isFailed(task) && definition.onFailure === 'fail' && !isDerived(task);
};

/** The first task that ends the run, or null. */
export const fatalTask = (run: RunState): TaskState | null => {
  let first: { readonly task: TaskState; readonly at: number } | null = null;
  for (const definition of run.definition.tasks) {
    if (!isFatal(run, definition)) continue;
    const task = taskOf(run, definition.id);
    if (task === null || !('endedAt' in task)) continue;
    if (first === null || task.endedAt < first.at) first = { task, at: task.endedAt };
  }
  return first?.task ?? null;
};

/**
 * Failed tasks, first failure first; JOINs that failed with their branches come last. While the
 * run is open, a cancelled task is one whose child was cancelled.
 */
export const failuresOf = (run: RunState): readonly FailedTask[] =>
  run.definition.tasks
    .flatMap(({ id }) => {
      const task = taskOf(run, id);
      return task !== null && (isFailed(task) || task.status === 'CANCELLED') ? [task] : [];
    })
    .sort((a, b) => Number(isDerived(a)) - Number(isDerived(b)) || a.endedAt - b.endedAt);

/** `<task>: <type>: <message>` of the first failure, plus `(+n more)`. */
export const failureReason = (failures: readonly FailedTask[]): string | null => {
  const [first] = failures;
  if (first === undefined) return null;
  const more = failures.filter((task) => task !== first && !isDerived(task)).length;
  const why = isFailed(first) ? errorText(first.error) : first.reason;
  return `${first.id}: ${why}${more === 0 ? '' : ` (+${more} more)`}`;
};

export type FailedTask = TaskState & { readonly status: 'FAILED' | 'TIMED_OUT' | 'CANCELLED' };

/** A JOIN's failure that only repeats its branches'. */
const isDerived = (task: TaskState): boolean => isFailed(task) && task.error.type === BRANCH_FAILED;
