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
import { isFailed, isPassedOver, isTerminal, outputOf, taskOf } from './tasks.ts';

type Items = Extract<Rows, { kind: 'items' }>;

/** True when the run ended, or what ends it happened. */
export const advanceItems = (
  draft: Draft,
  each: ForEachTaskDefinition,
  visitor: Visitor,
): boolean => {
  const before = itemsOf(draft, each);
  if (before === null) return false;
  if (beginItems(draft, each, before, visitor)) return true;
  const rows = itemsOf(draft, each) ?? before;
  const { ended, total } = summaryOf(rows);
  const first = firstLost(each, rows);
  if (first !== undefined && each.body.onFailure === 'fail') {
    const reason = reasonOf(first);
    cancelInside(draft, each, reason);
    failEach(draft, each, first, reason);
  } else if (ended === total) finishItems(draft, each, rows, first);
  return false;
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

/** Goes on with the items under way, then begins others while there are places; true when the pass is to stop. */
const beginItems = (
  draft: Draft,
  each: ForEachTaskDefinition,
  rows: Items,
  visitor: Visitor,
): boolean => {
  const failsAll = each.body.onFailure === 'fail';
  const hasFailed = (id: string): boolean => {
    const state = taskOf(draft.run, id);
    return failsAll && state !== null && isFailed(state);
  };
  const { pending, open } = summaryOf(rows);
  if (failsAll && firstLost(each, rows) !== undefined) return false;
  const retrying: TaskState[] = [];
  for (const index of open) {
    const state = itemAt(rows.list, index);
    if (state === undefined) continue;
    if (state.status === 'RETRYING') {
      if (state.dueAt <= draft.now) retrying.push(state);
    } else if (state.status === 'PENDING' || state.rows !== null) {
      if (visitor.item(named(each.body, state.id))) return true;
      if (hasFailed(state.id)) return false;
    }
  }
  // One that ended just now has left its place.
  let places = each.concurrency - summaryOf(itemsOf(draft, each) ?? rows).busy;
  for (const { id } of retrying.sort(byDueTime)) {
    if (places <= 0) return false;
    if (visitor.item(named(each.body, id))) return true;
    if (hasFailed(id)) return false;
    if (holdsPlace(draft, id)) places -= 1;
  }
  for (let index = pending ?? Infinity; places > 0; index += 1) {
    const row = itemAt(rows.list, index);
    if (row === undefined) return false;
    if (row.status !== 'PENDING' || row.queuedAt !== null) continue;
    if (visitor.item(named(each.body, row.id))) return true;
    if (hasFailed(row.id)) return false;
    if (holdsPlace(draft, row.id)) places -= 1;
  }
  return false;
};

/** One that is ready for a slot has not begun, and gets or awaits it in this step. */
const holdsPlace = (draft: Draft, id: string): boolean => {
  const row = taskOf(draft.run, id);
  return row !== null && !isTerminal(row);
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
