/**
 * Owns how an event changes a run. `evolve/` says what each event changes; this file puts
 * the change into the state. Nothing is decided here: an event carries all it needs.
 *
 * I5: never throws on events that `decide` made, in their order.
 * I8: nothing is stored that can be computed, except the time the run's limit does not
 * count, which would need the whole history.
 */
import { runChange } from './evolve/run-change.ts';
import { taskChange } from './evolve/task-change.ts';
import { startOf } from './evolve/start.ts';
import { withName } from './name-set.ts';
import { isStalled } from './run-clock.ts';
import type { RunEvent } from './events.ts';
import type { RunId } from './ids.ts';
import type { NoRun, RunState, TaskState } from './state.ts';

export interface EventMeta {
  readonly run: RunId;
  /** ms since the epoch. */
  readonly at: number;
}

/**
 * The state after `event`.
 * @throws CorruptHistoryError when the history does not begin with RunStarted
 */
export const evolve = (state: RunState | NoRun, event: RunEvent, meta: EventMeta): RunState => {
  if (state.status === 'NONE') {
    if (event.type !== 'RunStarted') throw new CorruptHistoryError(meta.run, event.type);
    return startOf(event, meta);
  }
  return evolveOwned(state, event, meta.at, null);
};

/**
 * One step, with the table of tasks that the caller owns and may have changed in place; with
 * null, the state's own table is copied when the event changes it.
 */
export const evolveOwned = (
  run: RunState,
  event: RunEvent,
  at: number,
  owned: Record<string, TaskState> | null,
): RunState => {
  const ofTask = taskChange(run, event, at);
  const ofRun = runChange(run, event, at);
  const next: Writable<RunState> = { ...run };
  next.eventCount = run.eventCount + 1;
  next.updatedAt = at;
  if (at > run.updatedAt && isStalled(run)) {
    next.uncountedTime = run.uncountedTime + at - run.updatedAt;
  }
  // An answer decided on is remembered by its name, so that it is decided on once (I3).
  if ('answer' in event && event.answer !== null)
    next.answers = withName(run.answers, event.answer);
  if (ofRun.run !== undefined) Object.assign(next, ofRun.run);
  const dropped = ofRun.dropped ?? NONE;
  const changed = ofRun.tasks ?? ofTask.tasks;
  if (owned === null && changed === undefined && dropped.length === 0) return next;
  const tasks = owned ?? { ...run.tasks };
  for (const id of dropped) delete tasks[id];
  if (changed !== undefined) Object.assign(tasks, changed);
  next.tasks = tasks;
  return next;
};

type Writable<T> = { -readonly [K in keyof T]: T[K] };
const NONE: readonly string[] = [];

/** A run's history does not begin with its start: the journal lost or mixed records. */
export class CorruptHistoryError extends Error {
  override readonly name = 'CorruptHistoryError';
  readonly code = 'ENGINE_HISTORY';
  constructor(run: string, event: string) {
    super(
      `The history of run ${run} begins with ${event} instead of RunStarted; \`workflow audit verify\` says where records are missing`,
    );
  }
}

/**
 * The state after all events of one record: what `evolve` makes of them one by one, at a cost
 * linear in tasks and events instead of in their product.
 */
export const evolveAll = (
  state: RunState | NoRun,
  events: readonly RunEvent[],
  meta: EventMeta,
): RunState | NoRun => {
  const [first, ...others] = events;
  if (first === undefined) return state;
  let run = evolve(state, first, meta);
  if (others.length === 0) return run;
  const tasks: Record<string, TaskState> = { ...run.tasks };
  for (const event of others) run = evolveOwned(run, event, meta.at, tasks);
  return run;
};
