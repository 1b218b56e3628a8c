/**
 * What templates and conditions of a run can name: the item they are about, `workflow`, its
 * tasks, `self`, `secret`, and the metrics. An item's name wins over a task's, a task's over a metric's.
 *
 * Inside a loop a task's name stands for its row of the same iteration or, while that has not
 * ended, of the one before; from outside, of the latest. Inside a FOR_EACH it stands for the row
 * of the same item.
 */
import type { Scope } from '../../grammar/scope.ts';
import type { Json, JsonObject } from '../lib/json.ts';
import { isMetric, metricOf, numberIn } from './metrics.ts';
import { firstPlaceOf, placeOf, type Place, type Step } from './plan.ts';
import { insideOf, iterationsOf } from './rows.ts';
import { secretNames } from './secret-names.ts';
import { secretReference } from './secrets.ts';
import type { RunState, TaskState } from './state.ts';
import { isTerminal, outputOf } from './tasks.ts';

export interface ScopeExtras {
  /** The row that asks; absent for what is about the run as a whole. */
  readonly row?: string;
  /** The task being dispatched. */
  readonly self?: JsonObject;
  /** The row that is just ending: its output counts already. */
  readonly ending?: { readonly status: string; readonly output: Json };
  /** A value under names of its own, before any other: an item that has no row yet. */
  readonly item?: { readonly as: string; readonly value: Json };
}

export const scopeOf = (run: RunState, now: number, extras: ScopeExtras = {}): Scope => {
  const from = extras.row === undefined ? null : placeOf(run.definition, extras.row);
  return {
    lookup(root) {
      const { item } = extras;
      if (item !== undefined && (root === 'item' || root === item.as)) return found(item.value);
      const own = from === null ? undefined : itemNamed(run, from, root);
      if (own !== undefined) return found(own);
      if (root === 'workflow') return found(workflowOf(run));
      if (root === 'secret') return run.seal === null ? missing : found(secretsOf(run, run.seal));
      if (root === 'self') return extras.self === undefined ? missing : found(extras.self);
      const seen = seenFrom(run, from, root, extras);
      if (seen !== null) return found(seen);
      if (!isMetric(run, root)) return missing;
      const metric = numberIn(extras.ending?.output ?? null, root) ?? metricOf(run, root, now);
      return metric === null ? missing : found(metric);
    },
  };
};

const found = (value: Json): { readonly found: true; readonly value: Json } => ({
  found: true,
  value,
});

const missing = { found: false } as const;

/** References, never values. */
const secretsOf = (run: RunState, seal: string): JsonObject =>
  Object.fromEntries(
    secretNames(run.definition).map((name) => [
      name,
      secretReference(seal, { type: 'named', name }),
    ]),
  );

const workflowOf = (run: RunState): JsonObject => ({
  id: run.id,
  definition: run.definition.id,
  handle: run.handle,
  started_by: run.startedBy.name,
  input: run.input,
  variables: run.variables,
});

/** The item that `name` stands for at a place, the innermost first. */
const itemNamed = (run: RunState, from: Place, name: string): Json | undefined => {
  for (let step = from.steps.length - 1; step >= 0; step -= 1) {
    const owner = from.steps[step]?.owner;
    if (owner?.type !== 'FOR_EACH' || (name !== 'item' && name !== owner.as)) continue;
    const top = from.steps[0]?.owner.id ?? '';
    const { rows } = rowAt(run, from.steps.slice(0, step), from.path, top) ?? {};
    return rows?.kind === 'items' ? rows.items[from.path[step] ?? 0] : undefined;
  }
  return undefined;
};

/** The row that `steps` lead to from the top. */
const rowAt = (
  run: RunState,
  steps: readonly Step[],
  path: readonly number[],
  top: string,
): TaskState | undefined =>
  steps.reduce<TaskState | undefined>(
    (row, { task }, step) =>
      row === undefined ? undefined : insideOf(row.rows, path[step] ?? 0, task.id),
    run.tasks[top],
  );

/** What a task's name shows at a place, or null when the definition has no such task. */
const seenFrom = (
  run: RunState,
  from: Place | null,
  name: string,
  { row: asking, ending }: ScopeExtras,
): JsonObject | null => {
  const place = firstPlaceOf(run.definition, name);
  if (place === null) return null;
  const isEnding = (row: TaskState): boolean => ending !== undefined && row.id === asking;
  // A loop that asks, or is asked from inside, is itself whether it has ended or not.
  const isAround =
    from?.task === place.task || from?.steps[place.steps.length]?.owner === place.task;
  const stays = place.task.type === 'DO_WHILE' && isAround;
  const hasEnded = (row: TaskState): boolean => stays || isTerminal(row) || isEnding(row);
  const top = place.steps[0]?.owner.id ?? place.task.id;
  /** The latest row below `row` that has ended, else the latest there is. */
  const below = (
    row: TaskState | undefined,
    step: number,
    same: boolean,
  ): TaskState | undefined => {
    const inner = place.steps[step];
    if (row === undefined || inner === undefined) return row;
    const together = same && isSameStep(from, step, inner);
    const here = together ? from?.path[step] : undefined;
    if (inner.owner.type === 'FOR_EACH') {
      if (here === undefined) return undefined;
      return below(insideOf(row.rows, here, inner.task.id), step + 1, together);
    }
    const number = here ?? iterationsOf(row.rows);
    const latest = below(insideOf(row.rows, number, inner.task.id), step + 1, together);
    if (latest !== undefined && hasEnded(latest)) return latest;
    return below(insideOf(row.rows, number - 1, inner.task.id), step + 1, false) ?? latest;
  };
  const row = below(run.tasks[top], 0, true);
  if (row === undefined) return { status: 'PENDING', output: {} };
  const shown =
    ending !== undefined && isEnding(row)
      ? { status: ending.status, output: ending.output ?? {} }
      : { status: row.status, output: outputOf(row) };
  return place.task.type === 'DO_WHILE'
    ? { ...shown, iteration: iterationOf(row, place, from) }
    : shown;
};

/** True when the place goes into the same owner at that step. */
const isSameStep = (from: Place | null, step: number, { owner }: Step): boolean =>
  from?.steps[step]?.owner === owner;

/** The iteration that a loop is in, or that the place is in. */
const iterationOf = (
  loop: TaskState,
  { task, steps }: Omit<Place, 'path'>,
  from: Place | null,
): number => {
  const depth = steps.length;
  const inside = from?.steps[depth]?.owner === task ? from.path[depth] : undefined;
  return inside ?? iterationsOf(loop.rows);
};
