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
import type { Change } from './evolve/change.ts';
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
  const change = changeOf(state, event, meta.at);
  if (change.tasks === undefined && change.dropped === undefined) {
    return withChange(state, change, state.tasks);
  }
  const tasks: Record<string, TaskState> = { ...state.tasks };
  changeTasks(tasks, change);
  return withChange(state, change, tasks);
};

/** Puts a change's tasks into a table that the caller owns. */
export const changeTasks = (tasks: Record<string, TaskState>, change: Change): void => {
  for (const id of change.dropped ?? []) delete tasks[id];
  Object.assign(tasks, change.tasks);
};

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
  const tasks: Record<string, TaskState> = { ...run.tasks };
  for (const event of others) {
    const change = changeOf(run, event, meta.at);
    changeTasks(tasks, change);
    run = withChange(run, change, tasks);
  }
  return run;
};

/** What `event` changes in `run`, the passing of time included. */
export const changeOf = (run: RunState, event: RunEvent, at: number): Change => {
  const change = { ...taskChange(run, event, at), ...runChange(run, event, at) };
  return {
    ...change,
    run: { ...passingOfTime(run, at), ...answered(run, event), ...change.run },
  };
};

/** Puts a change into a run, with the tasks given (copied or owned by the caller). */
export const withChange = (run: RunState, change: Change, tasks: RunState['tasks']): RunState => ({
  ...run,
  ...change.run,
  tasks,
});

const passingOfTime = (run: RunState, at: number): NonNullable<Change['run']> => ({
  eventCount: run.eventCount + 1,
  updatedAt: at,
  ...(at > run.updatedAt && isStalled(run)
    ? { uncountedTime: run.uncountedTime + at - run.updatedAt }
    : {}),
});

/** An answer decided on is remembered by its name, so that it is decided on once (I3). */
const answered = (run: RunState, event: RunEvent): NonNullable<Change['run']> =>
  'answer' in event && event.answer !== null
    ? { answers: withName(run.answers, event.answer) }
    : {};
