/**
 * How a JOIN counts its branches, computed in the same step that ends one (I8).
 *
 * `all` waits until every branch is terminal (one that can no longer start counts as that);
 * `any` and `<n>` succeed as soon as enough branches did and fail when too few can. Skipped
 * branches do not count; when all are skipped, so is the JOIN. COMPLETED_WITH_ERRORS is a
 * success that the JOIN takes over.
 */
import type { Json, JsonObject } from '../lib/json.ts';
import type { JoinTaskDefinition } from './definition.ts';
import { groupOf } from './graph.ts';
import type { RunState, TaskState } from './state.ts';
import {
  errorText,
  isFailed,
  isPassedOver,
  isResolved,
  outputOf,
  stopsOthers,
  taskOf,
} from './tasks.ts';

export type JoinVerdict =
  | { readonly type: 'wait' }
  | { readonly type: 'skip' }
  | { readonly type: 'completed'; readonly output: JsonObject }
  | {
      readonly type: 'completed_with_errors';
      readonly output: JsonObject;
      readonly reason: string;
    }
  /** `byBranches`: a branch failed, so the run goes on as after that failure. */
  | {
      readonly type: 'failed';
      readonly output: JsonObject;
      readonly reason: string;
      readonly byBranches: boolean;
    };

/** Error type of a JOIN whose branches failed. */
export const BRANCH_FAILED = 'BranchFailed';

export const joinVerdict = (
  run: RunState,
  join: JoinTaskDefinition,
  suffix: string,
  blocked: ReadonlySet<string>,
): JoinVerdict => {
  const branches = branchesOf(run, join, suffix);
  const counted = branches.filter((branch) => !isPassedOver(branch));
  if (counted.length === 0) return branches.length === 0 ? completed([]) : { type: 'skip' };
  const succeeded = counted.filter(isResolved);
  const lost = counted.filter((branch) => stopsOthers(branch, blocked));
  const open = counted.length - succeeded.length - lost.length;
  if (join.mode === 'all') {
    if (open > 0) return { type: 'wait' };
    return lost.length > 0 ? failed(run, succeeded, lost) : completed(succeeded);
  }
  const wanted = join.mode === 'any' ? 1 : join.mode;
  if (succeeded.length >= wanted) return completed(succeeded);
  if (succeeded.length + open >= wanted) return { type: 'wait' };
  if (lost.length > 0) return failed(run, succeeded, lost);
  return {
    type: 'failed',
    output: outputsOf(succeeded),
    reason: `${wanted} branches must succeed, only ${succeeded.length} did and the others were skipped`,
    byBranches: false,
  };
};

/** A branch, and the task of the definition it is the row of. */
type Branch = TaskState & { readonly task: string };

const branchesOf = (run: RunState, join: JoinTaskDefinition, suffix: string): readonly Branch[] =>
  [...new Set(join.dependsOn)].flatMap((task) => {
    const row = taskOf(run, task + suffix);
    return row === null ? [] : [{ ...row, task }];
  });

const completed = (branches: readonly Branch[]): JoinVerdict => {
  const output = outputsOf(branches);
  const marred = branches.filter(({ status }) => status === 'COMPLETED_WITH_ERRORS');
  if (marred.length === 0) return { type: 'completed', output };
  const reason = marred.map((branch) => `${branch.id}: ${reasonOf(branch)}`).join('; ');
  return { type: 'completed_with_errors', output, reason };
};

const failed = (
  run: RunState,
  succeeded: readonly Branch[],
  lost: readonly TaskState[],
): JoinVerdict => ({
  type: 'failed',
  output: outputsOf(succeeded),
  reason: rootsOf(run, lost)
    .map((task) => `${task.id}: ${reasonOf(task)}`)
    .join('; '),
  byBranches: true,
});

/** The failures behind lost branches, first failure first: one that never started stands for what stopped it. */
const rootsOf = (run: RunState, lost: readonly TaskState[]): readonly TaskState[] => {
  const roots = new Set<TaskState>();
  const seen = new Set<string>();
  const visit = [...lost];
  for (const task of visit) {
    if (seen.has(task.id)) continue;
    seen.add(task.id);
    if (isFailed(task) || task.status === 'CANCELLED') roots.add(task);
    else if (!isResolved(task)) visit.push(...before(run, task));
  }
  return [...roots].sort((a, b) => endOf(a) - endOf(b));
};

const endOf = (task: TaskState): number => ('endedAt' in task ? task.endedAt : 0);

const before = (run: RunState, task: TaskState): readonly TaskState[] => {
  const { graph, suffix } = groupOf(run.definition, task.id);
  const node = graph.nodes.get(task.id.slice(0, task.id.length - suffix.length));
  const ids = [...(node?.needs ?? []), ...(node?.routers ?? [])];
  return ids.flatMap((id) => taskOf(run, id + suffix) ?? []);
};

const reasonOf = (task: TaskState): string => {
  if (isFailed(task)) return errorText(task.error);
  return 'reason' in task ? task.reason : task.status;
};

const outputsOf = (branches: readonly Branch[]): JsonObject =>
  Object.fromEntries(branches.map((branch): [string, Json] => [branch.task, outputOf(branch)]));
