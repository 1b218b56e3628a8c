/**
 * Questions about many rows at once. Answers are computed (I8) but remembered by the identity of
 * the chunks they were computed from, so that a decision costs what changed, not what there is.
 */
import { lengthOf, startOf, itemAt, type Chunks } from './chunks.ts';
import type { TaskDefinition } from './definition.ts';
import { named } from './plan.ts';
import type { Rows, RunState, TaskState } from './state.ts';
import { isFailed, isTerminal, isUnderWay } from './tasks.ts';

type Items = Extract<Rows, { kind: 'items' }>;

/** How the items of a FOR_EACH stand. */
export interface ItemSummary {
  readonly total: number;
  readonly ended: number;
  /** Indexes of those under way, ascending. */
  readonly open: readonly number[];
  /** How many of them hold a place: a retry that waits for its time holds none. */
  readonly busy: number;
  /** The first that waits for its turn, or null. */
  readonly pending: number | null;
  readonly failed: Some;
  readonly cancelled: Some;
  /** Those that ended with errors. */
  readonly marred: Some;
}

interface Some {
  readonly count: number;
  readonly first: number | null;
}

export const summaryOf = ({ list }: Items): ItemSummary => {
  const known = summaries.get(list);
  if (known !== undefined) return known;
  const open: number[] = [];
  let ended = 0;
  let busy = 0;
  let pending: number | null = null;
  let [failed, cancelled, marred] = [NONE, NONE, NONE];
  list.forEach((chunk, index) => {
    const tally = tallyOf(chunk, null);
    const from = startOf(index);
    for (const offset of tally.open) open.push(from + offset);
    ended += tally.ended;
    busy += tally.busy;
    if (pending === null && tally.pending !== null) pending = from + tally.pending;
    failed = plus(failed, tally.failed, from);
    cancelled = plus(cancelled, tally.cancelled, from);
    marred = plus(marred, tally.marred, from);
  });
  const summary = { total: lengthOf(list), ended, open, busy, pending, failed, cancelled, marred };
  summaries.set(list, summary);
  return summary;
};

const NONE: Some = { count: 0, first: null };

const plus = (sum: Some, more: Some, from: number): Some =>
  more.first === null
    ? sum
    : { count: sum.count + more.count, first: sum.first ?? from + more.first };

const summaries = new WeakMap<Chunks<TaskState>, ItemSummary>();

/** Remembers what is computed from a list, last for `key`, for as long as the list lives. */
export const remembered = <List extends object, Value, Key = null>(
  compute: (list: List, key: Key) => Value,
): ((list: List, key: Key) => Value) => {
  const known = new WeakMap<List, { readonly key: Key; readonly value: Value }>();
  return (list, key) => {
    const found = known.get(list);
    if (found !== undefined && found.key === key) return found.value;
    const value = compute(list, key);
    known.set(list, { key, value });
    return value;
  };
};

/** The same of one chunk, with offsets in it. */
const tallyOf = remembered((chunk: readonly TaskState[]): Omit<ItemSummary, 'total'> => {
  const where = (holds: (row: TaskState) => boolean): Some => {
    const first = chunk.findIndex(holds);
    return first === -1 ? NONE : { count: chunk.filter(holds).length, first };
  };
  return {
    ended: chunk.filter(isTerminal).length,
    open: chunk.flatMap((row, offset) => (isUnderWay(row) ? [offset] : [])),
    busy: chunk.filter((row) => isUnderWay(row) && row.status !== 'RETRYING').length,
    pending: where((row) => row.status === 'PENDING' && row.queuedAt === null).first,
    failed: where(isFailed),
    cancelled: where(({ status }) => status === 'CANCELLED'),
    marred: where(({ status }) => status === 'COMPLETED_WITH_ERRORS'),
  };
});

/** A row with the task it runs, under the row's id. */
export interface Row {
  readonly definition: TaskDefinition;
  readonly state: TaskState;
}

/** The rows that are under way, owners before what is under way inside them. */
export const openRows = (run: RunState): readonly Row[] => {
  const found: Row[] = [];
  for (const definition of run.definition.tasks) {
    const state = run.tasks[definition.id];
    if (state !== undefined) addOpen(found, definition, state);
  }
  return found;
};

const addOpen = (found: Row[], definition: TaskDefinition, state: TaskState): void => {
  if (!isUnderWay(state)) return;
  found.push({ definition, state });
  for (const inner of openInside(definition, state.rows)) {
    addOpen(found, inner.definition, inner.state);
  }
};

/** The rows directly inside a row that may be under way. */
export const openInside = (definition: TaskDefinition, rows: Rows | null): readonly Row[] => {
  if (rows?.kind === 'items' && definition.type === 'FOR_EACH') {
    return summaryOf(rows).open.flatMap((index) => {
      const state = itemAt(rows.list, index);
      return state === undefined ? [] : [{ definition: named(definition.body, state.id), state }];
    });
  }
  return rows?.kind === 'iterations' && definition.type === 'DO_WHILE'
    ? membersNow(definition.members, rows)
    : [];
};

/** The members of a loop in its latest iteration. */
export const membersNow = (
  members: readonly TaskDefinition[],
  rows: Extract<Rows, { kind: 'iterations' }>,
): readonly Row[] => {
  const latest = itemAt(rows.list, lengthOf(rows.list) - 1) ?? {};
  return members.flatMap((member) => {
    const state = latest[member.id];
    return state === undefined ? [] : [{ definition: named(member, state.id), state }];
  });
};

/** The rows directly inside a row of which some are under way: open items, or an iteration. */
export const latestInside = (rows: Rows): readonly TaskState[] =>
  rows.kind === 'items'
    ? summaryOf(rows).open.flatMap((index) => itemAt(rows.list, index) ?? [])
    : Object.values(itemAt(rows.list, lengthOf(rows.list) - 1) ?? {});

/** Every row directly inside a row, in order. */
export const rowsInside = (rows: Rows | null): readonly TaskState[] => {
  if (rows === null) return [];
  return rows.kind === 'items'
    ? rows.list.flat()
    : rows.list.flatMap((chunk) => chunk.flatMap((members) => Object.values(members)));
};

/** Every row of the run with its task as written, those inside others after the one they are in. */
export const allRows = (run: RunState): readonly Row[] => {
  const found: Row[] = [];
  const add = (definition: TaskDefinition, state: TaskState): void => {
    found.push({ definition, state });
    if (state.rows?.kind === 'items' && definition.type === 'FOR_EACH') {
      for (const row of rowsInside(state.rows)) add(definition.body, row);
    } else if (state.rows?.kind === 'iterations' && definition.type === 'DO_WHILE') {
      for (const chunk of state.rows.list) {
        for (const iteration of chunk) {
          for (const member of definition.members) {
            const row = iteration[member.id];
            if (row !== undefined) add(member, row);
          }
        }
      }
    }
  };
  for (const task of run.definition.tasks) {
    const state = run.tasks[task.id];
    if (state !== undefined) add(task, state);
  }
  return found;
};
