/**
 * Rows inside rows: finding one by its id and putting a changed one back. The items of a
 * FOR_EACH and the iterations of a DO_WHILE are kept with their owner.
 */
import { chunksOf, itemAt, lengthOf, mapChunks, withItem } from './chunks.ts';
import { placeOf, suffixOf, type Place } from './plan.ts';
import type { Rows, RunState, TaskState } from './state.ts';

/** The row of that id, or null: ids may come from outside. */
export const rowOf = (run: RunState, id: string): TaskState | null => {
  if (Object.hasOwn(run.tasks, id)) return run.tasks[id] ?? null;
  if (!id.includes('.')) return null;
  const place = placeOf(run.definition, id);
  return place === null ? null : (walk(run, place).at(-1) ?? null);
};

/** The rows from the top to the place itself; shorter when one of them is not there. */
const walk = (run: RunState, { task, steps, path }: Place): readonly TaskState[] => {
  const top = steps[0]?.owner.id ?? task.id;
  let row = Object.hasOwn(run.tasks, top) ? run.tasks[top] : undefined;
  const found: TaskState[] = [];
  for (let step = 0; row !== undefined; step += 1) {
    found.push(row);
    const inner = steps[step];
    const number = path[step];
    if (inner === undefined || number === undefined) return found;
    row = insideOf(row.rows, number, inner.task.id);
    if (row === undefined) return [];
  }
  return found;
};

/** The row with that number, and in an iteration with that id, inside a row. */
export const insideOf = (
  rows: Rows | null | undefined,
  number: number,
  id: string,
): TaskState | undefined => {
  if (rows === null || rows === undefined) return undefined;
  if (rows.kind === 'items') return itemAt(rows.list, number);
  const members = itemAt(rows.list, number - 1);
  return members !== undefined && Object.hasOwn(members, id) ? members[id] : undefined;
};

/** The tasks at the top that change when a row does. */
export const withRow = (run: RunState, changed: TaskState): Readonly<Record<string, TaskState>> => {
  if (Object.hasOwn(run.tasks, changed.id)) return { [changed.id]: changed };
  const place = placeOf(run.definition, changed.id);
  if (place === null) return {};
  const around = walk(run, place);
  let row = changed;
  for (let step = place.path.length - 1; step >= 0; step -= 1) {
    const owner = around[step];
    const inner = place.steps[step];
    if (owner === undefined || owner.rows === null || inner === undefined) return {};
    row = { ...owner, rows: withInside(owner.rows, place.path[step] ?? 0, inner.task.id, row) };
  }
  return { [row.id]: row };
};

const withInside = (rows: Rows, number: number, id: string, row: TaskState): Rows => {
  if (rows.kind === 'items') return { ...rows, list: withItem(rows.list, number, row) };
  const members = { ...itemAt(rows.list, number - 1), [id]: row };
  return { ...rows, list: withItem(rows.list, number - 1, members) };
};

/** How many iterations a loop has begun. */
export const iterationsOf = (rows: Rows | null): number =>
  rows?.kind === 'iterations' ? lengthOf(rows.list) : 0;

/** Rows of the items of a FOR_EACH that begins. */
export const itemRows = (
  run: RunState,
  owner: TaskState,
  begun: {
    readonly items: Extract<Rows, { kind: 'items' }>['items'];
    readonly keys: readonly string[];
  },
  since: number,
): Rows => ({
  kind: 'items',
  since,
  items: begun.items,
  keys: begun.keys,
  list: chunksOf(
    begun.items.map((_, index) =>
      freshRow(`${owner.id}.${index}`, run.generation, insideOf(owner.earlier, index, owner.id)),
    ),
  ),
});

/** The rows of a loop with its next iteration. */
export const withIteration = (
  run: RunState,
  owner: TaskState,
  members: readonly { readonly id: string }[],
  since: number,
): Rows => {
  const before = owner.rows?.kind === 'iterations' ? owner.rows : null;
  const list = before?.list ?? [];
  const number = lengthOf(list) + 1;
  const path = placeOf(run.definition, owner.id)?.path ?? [];
  const suffix = suffixOf([...path, number]);
  const row = Object.fromEntries(
    members.map(({ id }) => {
      const old = insideOf(owner.earlier, number, id);
      return [id, freshRow(`${id}${suffix}`, run.generation, old)];
    }),
  );
  return {
    kind: 'iterations',
    since: before?.since ?? since,
    list: withItem(list, number - 1, row),
  };
};

/** Every row inside put through `change`, the innermost first. */
export const mapRows = (rows: Rows, change: (row: TaskState) => TaskState): Rows => {
  const deep = (row: TaskState): TaskState =>
    change(row.rows === null ? row : { ...row, rows: mapRows(row.rows, change) });
  if (rows.kind === 'items') return { ...rows, list: mapChunks(rows.list, deep) };
  const list = mapChunks(rows.list, (members) => {
    const changed = Object.fromEntries(Object.entries(members).map(([id, row]) => [id, deep(row)]));
    return Object.entries(changed).some(([id, row]) => row !== members[id]) ? changed : members;
  });
  return { ...rows, list };
};

/** A row that begins again; what was tried under its id in earlier generations stays with it. */
const freshRow = (id: string, generation: number, old: TaskState | undefined): TaskState =>
  old === undefined
    ? pendingTask(id, generation)
    : { ...pendingTask(id, generation), attempts: old.attempts, ...earlierOf(old) };

/** What becomes of a row's inner rows when they are replaced. */
export const earlierOf = ({ rows, earlier }: TaskState): { readonly earlier?: Rows } => {
  const kept = rows ?? earlier;
  return kept === undefined ? {} : { earlier: kept };
};

/** A row that nothing has happened to. */
export const pendingTask = (id: string, generation: number): TaskState => ({
  id,
  generation,
  attempts: [],
  rows: null,
  status: 'PENDING',
  queuedAt: null,
});
