/** Which failure ends a run, and how a run's failure reads. */
import type { TaskDefinition } from './definition.ts';
import { BRANCH_FAILED } from './join.ts';
import { itemAt } from './chunks.ts';
import { openInside, rowsInside, summaryOf } from './row-summary.ts';
import type { RunState, TaskState } from './state.ts';
import { errorText, isFailed, isResolved, isTerminal, taskOf } from './tasks.ts';

/** Error types of what only repeats a failure inside. */
export const ITEM_FAILED = 'ItemFailed';
export const MEMBER_FAILED = 'MemberFailed';

/**
 * Whether the task's end ends the run at once: a failure under `on_failure: fail`, or a
 * cancellation (an approval's ABORT or expiry). A JOIN whose branches failed, like a loop whose
 * members did, ends in the same way as they did: it lets everything else run on.
 */
export const isFatal = (run: RunState, definition: TaskDefinition): boolean => {
  const task = taskOf(run, definition.id);
  return task !== null && endsRun(definition, task);
};

const endsRun = (definition: TaskDefinition, task: TaskState): boolean => {
  if (task.status === 'CANCELLED')
    return isAborted(definition, task) || definition.onFailure === 'fail';
  return isFailed(task) && definition.onFailure === 'fail' && !isDerived(task);
};

/** Cancelled by people. A cancelled child ends its task the same way, and `on_failure` decides. */
export const isAborted = (definition: TaskDefinition, task: TaskState): boolean =>
  task.status === 'CANCELLED' && definition.type !== 'SUB_WORKFLOW';

/** The first task that ends the run, or null. */
export const fatalTask = (run: RunState): TaskState | null => {
  let first: { readonly task: TaskState; readonly at: number } | null = null;
  for (const definition of run.definition.tasks) {
    const top = run.tasks[definition.id];
    if (top === undefined) continue;
    for (const task of fatalIn(definition, top, false)) {
      if (!('endedAt' in task)) continue;
      if (first === null || task.endedAt < first.at) first = { task, at: task.endedAt };
    }
  }
  return first?.task ?? null;
};

/** A row that ends the run, or those inside it; what fails inside an item is for its FOR_EACH to judge. */
const fatalIn = (
  definition: TaskDefinition,
  task: TaskState,
  inItem: boolean,
): readonly TaskState[] => {
  if (inItem ? isAborted(definition, task) : endsRun(definition, task)) return [task];
  const { rows } = task;
  if (rows === null || isTerminal(task)) return [];
  if (rows.kind === 'iterations') {
    return openInside(definition, rows).flatMap((row) =>
      fatalIn(row.definition, row.state, inItem),
    );
  }
  if (definition.type !== 'FOR_EACH') return [];
  const first = summaryOf(rows).cancelled.first;
  const cancelled = first === null ? undefined : itemAt(rows.list, first);
  if (cancelled !== undefined && isAborted(definition.body, cancelled)) return [cancelled];
  if (!holdsRows(definition.body)) return [];
  return openInside(definition, rows).flatMap((row) => fatalIn(row.definition, row.state, true));
};

const holdsRows = ({ type }: TaskDefinition): boolean => type === 'FOR_EACH' || type === 'DO_WHILE';

/**
 * Failed rows, first failure first; what failed with its branches, items or members comes last.
 * While the run is open, a cancelled task is one whose child was cancelled.
 */
export const failuresOf = (run: RunState): readonly FailedTask[] =>
  run.definition.tasks
    .flatMap(({ id }) => {
      const task = run.tasks[id];
      return task === undefined ? [] : failedIn(task);
    })
    .sort((a, b) => Number(isRepeated(a)) - Number(isRepeated(b)) || a.endedAt - b.endedAt);

/**
 * A failed row and those inside it. Where it was tolerated, nothing inside counts; what was
 * cancelled there is a cause only when nothing failed.
 */
const failedIn = (task: TaskState): readonly FailedTask[] => [
  ...(isResolved(task) ? [] : lostInside(task)),
  ...(isFailed(task) || task.status === 'CANCELLED' ? [task] : []),
];

const lostInside = ({ rows }: TaskState): readonly FailedTask[] => {
  const lost = rowsInside(rows).flatMap(failedIn);
  const failed = lost.filter(isFailed);
  return failed.length > 0 ? failed : lost.slice(0, 1);
};

/** `<task>: <type>: <message>` of the first failure, plus `(+n more)`. */
export const failureReason = (failures: readonly FailedTask[]): string | null => {
  const [first] = failures;
  if (first === undefined) return null;
  const more = failures.filter((task) => task !== first && !isRepeated(task)).length;
  const why = isFailed(first) ? errorText(first.error) : first.reason;
  return `${first.id}: ${why}${more === 0 ? '' : ` (+${more} more)`}`;
};

export type FailedTask = TaskState & { readonly status: 'FAILED' | 'TIMED_OUT' | 'CANCELLED' };

/** `<task>: <why>` of a row that did not end well. */
export const reasonOf = (task: TaskState): string => {
  if (isFailed(task)) return `${task.id}: ${errorText(task.error)}`;
  return 'reason' in task ? `${task.id}: ${task.reason}` : task.id;
};

/** A failure of a JOIN or a loop that only repeats those before it, and lets others run on. */
export const isDerived = (task: TaskState): boolean =>
  isFailed(task) && (task.error.type === BRANCH_FAILED || task.error.type === MEMBER_FAILED);

/** A failure that is told by another one already. */
const isRepeated = (task: FailedTask): boolean =>
  isDerived(task) || (isFailed(task) && task.error.type === ITEM_FAILED);
