/**
 * A FOR_EACH under way: items begin in order, as many at a time as it allows, and it ends when
 * all have. An item that waits for its next attempt holds no place; when its time comes it goes
 * before those that have not begun.
 */
import type { Json } from '../lib/json.ts';
import { itemAt } from './chunks.ts';
import { cancelInside } from './cancel-inside.ts';
import { completeTask } from './complete-task.ts';
import type { ForEachTaskDefinition } from './definition.ts';
import type { Draft } from './draft.ts';
import { engineError } from './expressions.ts';
import { failTask } from './fail-task.ts';
import { ITEM_FAILED, reasonOf } from './failures.ts';
import type { Visitor } from './pass.ts';
import { named } from './plan.ts';
import { rowsInside, summaryOf } from './row-summary.ts';
import type { Rows, TaskState } from './state.ts';
import { isFailed, isPassedOver, isUnderWay, outputOf, taskOf } from './tasks.ts';

type Items = Extract<Rows, { kind: 'items' }>;

export const advanceItems = (draft: Draft, each: ForEachTaskDefinition, visitor: Visitor): void => {
  const before = itemsOf(draft, each);
  if (before === null) return;
  beginItems(draft, each, before, visitor);
  if (draft.run.ended !== null) return;
  const rows = itemsOf(draft, each) ?? before;
  const { ended, total } = summaryOf(rows);
  const first = firstLost(each, rows);
  if (first !== undefined && each.body.onFailure === 'fail') {
    const reason = reasonOf(first);
    cancelInside(draft, each, reason);
    failEach(draft, each, first, reason);
  } else if (ended === total) finishItems(draft, each, rows, first);
};

/** The first item that failed, or whose child was cancelled. */
const firstLost = (each: ForEachTaskDefinition, rows: Items): TaskState | undefined => {
  const { failed, cancelled } = summaryOf(rows);
  const lost = each.body.type === 'SUB_WORKFLOW' ? [failed.first, cancelled.first] : [failed.first];
  const [first] = lost.filter((index) => index !== null).sort((a, b) => a - b);
  return first === undefined ? undefined : itemAt(rows.list, first);
};

const itemsOf = (draft: Draft, each: ForEachTaskDefinition): Items | null => {
  const rows = taskOf(draft.run, each.id)?.rows ?? null;
  return rows?.kind === 'items' ? rows : null;
};

/** Goes on with the items under way, then begins others while there are places. */
const beginItems = (
  draft: Draft,
  each: ForEachTaskDefinition,
  rows: Items,
  visitor: Visitor,
): void => {
  const failsAll = each.body.onFailure === 'fail';
  const hasFailed = (id: string): boolean => {
    const state = taskOf(draft.run, id);
    return draft.run.ended !== null || (failsAll && state !== null && isFailed(state));
  };
  const { pending, busy, open } = summaryOf(rows);
  if (failsAll && firstLost(each, rows) !== undefined) return;
  const retrying: TaskState[] = [];
  let places = each.concurrency - busy;
  for (const index of open) {
    const state = itemAt(rows.list, index);
    if (state === undefined) continue;
    if (state.status === 'RETRYING') {
      if (state.dueAt <= draft.now) retrying.push(state);
    } else if (state.status === 'PENDING' || state.rows !== null) {
      visitor.item(named(each.body, state.id));
      if (hasFailed(state.id)) return;
    }
  }
  for (const { id } of retrying.sort(byDueTime)) {
    if (places <= 0) return;
    places -= 1;
    visitor.item(named(each.body, id));
    if (hasFailed(id)) return;
  }
  for (let index = pending ?? Infinity; places > 0; index += 1) {
    const row = itemAt(rows.list, index);
    if (row === undefined) return;
    if (row.status !== 'PENDING' || row.queuedAt !== null) continue;
    visitor.item(named(each.body, row.id));
    if (hasFailed(row.id)) return;
    const now = taskOf(draft.run, row.id);
    // One that is ready for a slot is PENDING still, and gets or awaits it in this step.
    if (now !== null && (isUnderWay(now) || now.status === 'PENDING')) places -= 1;
  }
};

const byDueTime = (a: TaskState, b: TaskState): number =>
  a.status === 'RETRYING' && b.status === 'RETRYING' ? a.dueAt - b.dueAt : 0;

const failEach = (
  draft: Draft,
  each: ForEachTaskDefinition,
  first: TaskState,
  reason: string,
  output: Json = {},
): void => {
  const { error } = engineError(ITEM_FAILED, reason);
  const status = first.status === 'TIMED_OUT' ? 'TIMED_OUT' : 'FAILED';
  failTask(draft, each, { status, error, output });
};

/** Results in the order of the items; what ended with errors, or was skipped, leaves null. */
const finishItems = (
  draft: Draft,
  each: ForEachTaskDefinition,
  rows: Items,
  failed: TaskState | undefined,
): void => {
  const items = rowsInside(rows);
  const output = items.map((row) =>
    row.status === 'COMPLETED' || (row.status === 'SKIPPED' && !isPassedOver(row))
      ? outputOf(row)
      : null,
  );
  const { marred, failed: failures, cancelled } = summaryOf(rows);
  if (failed !== undefined) {
    failEach(draft, each, failed, firstOf(failed, failures.count + cancelled.count), output);
    return;
  }
  const first = marred.first === null ? undefined : itemAt(rows.list, marred.first);
  const done = { attempt: null, output, agent: null, answer: null };
  const error = completeTask(
    draft,
    each,
    first === undefined ? done : { ...done, errors: firstOf(first, marred.count) },
  );
  if (error !== null) failTask(draft, each, { status: 'FAILED', error, output });
};

/** The reason of the first, and how many more there are. */
const firstOf = (row: TaskState, count: number): string =>
  `${reasonOf(row)}${count > 1 ? ` (+${count - 1} more)` : ''}`;
