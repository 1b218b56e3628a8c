/**
 * Slots of agents that have a limit, and places of concurrency keys, which are shared by text over
 * all runs. Both are held by an open attempt of a live run, so they are counted from the states
 * (I8), nothing has to be given back by hand, and a restart finds the same.
 *
 * Who waits is served by urgency (`urgencyOf`). Who needs a slot and a place gets both or neither,
 * and keeps its turn in both: nobody less urgent takes what it waits for, so nobody starves.
 * A task in a child run shares the place that the task it is the child of holds.
 */
import { urgencyOf } from '../engine/candidate.ts';
import type { RunCommand } from '../engine/commands.ts';
import { isSlotTask, keyLimit, type SlotTask } from '../engine/concurrency-key.ts';
import type { RunId } from '../engine/ids.ts';
import { allRows, openRows } from '../engine/row-summary.ts';
import type { RunState, TaskState } from '../engine/state.ts';
import { openAttempt } from '../engine/tasks.ts';
import type { Clock } from '../lib/clock.ts';
import type { AgentLimits } from './ports.ts';
import { createSlotLanes, type Waiter } from './slot-lanes.ts';
import { createSlotLimits, type Need } from './slot-limits.ts';

export interface Slots {
  /** Free slots by agent, which `decide` may use for this command. */
  free(command: RunCommand): Readonly<Record<string, number>>;
  /** Begins to count with all live runs; who waits is served from now on. */
  start(runs: Iterable<RunState>): void;
  /** Must be told of every decision. Before `start` nothing counts. */
  observe(before: RunState | null, after: RunState): void;
  /** A run left memory. */
  forget(run: RunId): void;
  stop(): void;
}

/** A row that holds what it needs, or waits for it. */
interface Tracked {
  readonly state: TaskState;
  readonly running: boolean;
  /** Changes when it begins or waits anew. */
  readonly mark: string;
  readonly needs: readonly Need[];
  /** What it waits as, or null when it waits for nothing. */
  readonly waiter: Waiter | null;
}

export const createSlots = (options: {
  readonly limits: AgentLimits;
  readonly clock: Clock;
  readonly grant: (run: RunId, task: string) => void;
}): Slots => {
  const limits = createSlotLimits(options.clock);
  const lanes = createSlotLanes();
  const tracked = new Map<RunId, ReadonlyMap<string, Tracked>>();
  /** The row of which a run is the child. */
  const parents = new Map<RunId, { readonly run: RunId; readonly row: string }>();
  /** The waiter being granted, which may take its slot in spite of the queue it heads. */
  let granted: Waiter | null = null;
  let phase: 'starting' | 'started' | 'stopped' = 'starting';
  let scheduled = false;
  let cancelRetry: () => void = () => undefined;

  const agentNeed = (agent: string): readonly Need[] => {
    const limit = options.limits.limitOf(agent);
    if (limit === null) return [];
    const { concurrency: max, rate } = limit;
    return [{ limit: agentLimit(agent), max, rate, above: [] }];
  };

  const keyNeed = (run: RunState, key: string): Need => {
    const { concurrency: max, rate } = keyLimit(run.definition, key);
    const limit = `key ${key}`;
    const above: string[] = [];
    for (let up = parents.get(run.id); up !== undefined; up = parents.get(up.run)) {
      if (limits.holds(up.row, limit)) above.push(up.row);
    }
    return { limit, max, rate, above };
  };

  const needsOf = (run: RunState, task: SlotTask, key: string | undefined): readonly Need[] => [
    ...(task.type === 'SIMPLE' && task.executor.kind === 'agent'
      ? agentNeed(task.executor.name)
      : []),
    ...(key === undefined ? [] : [keyNeed(run, key)]),
  ];

  const serve = (): void => {
    scheduled = false;
    cancelRetry();
    let retryAt: number | null = null;
    /** Places that those further ahead wait for. */
    const spoken = new Map<string, number>();
    lanes.offer((waiter) => {
      const found = waiter.needs.map((need) => ({ ...limits.capacity(need), spot: spotOf(need) }));
      if (found.every(({ free, spot }) => free > (spoken.get(spot) ?? 0))) {
        granted = waiter;
        options.grant(waiter.run, waiter.task);
        granted = null;
        return true;
      }
      for (const { spot, at } of found) {
        spoken.set(spot, (spoken.get(spot) ?? 0) + 1);
        if (at !== null) retryAt = Math.min(retryAt ?? at, at);
      }
      return false;
    });
    if (retryAt !== null) {
      cancelRetry = options.clock.after(retryAt - options.clock.now(), schedule);
    }
  };

  const schedule = (): void => {
    if (scheduled || phase !== 'started') return;
    scheduled = true;
    queueMicrotask(() => {
      if (phase === 'started') serve();
    });
  };

  const track = (
    run: RunState,
    task: SlotTask,
    state: TaskState,
  ): Pick<Tracked, 'needs' | 'waiter'> => {
    const row = `${run.id}/${state.id}`;
    if (state.status === 'PENDING') {
      const needs = needsOf(run, task, state.queuedFor?.key);
      const urgency = urgencyOf(task.priority, state.queuedAt ?? options.clock.now());
      const waiter = { row, run: run.id, task: state.id, needs, urgency };
      lanes.put(waiter);
      return { needs, waiter };
    }
    const open = openAttempt(state);
    const needs = needsOf(run, task, open?.key);
    for (const need of needs) {
      limits.hold(row, need.limit);
      if (open !== null) limits.began(`${row}#${open.attempt}`, need, open.dispatchedAt);
    }
    return { needs, waiter: null };
  };

  const drop = (row: string, { needs, waiter }: Tracked): void => {
    if (waiter === null) for (const { limit } of needs) limits.release(row, limit);
    else lanes.remove(row);
    schedule();
  };

  /** What began before the engine did, and is over, counts for rates all the same. */
  const recall = (run: RunState): void => {
    for (const { definition, state } of allRows(run)) {
      if (!isSlotTask(definition)) continue;
      for (const { attempt, key, dispatchedAt } of state.attempts) {
        for (const need of needsOf(run, definition, key)) {
          if (need.rate === null) continue;
          limits.began(`${run.id}/${state.id}#${attempt}`, need, dispatchedAt);
        }
      }
    }
  };

  const hasRate = ({ definition }: RunState): boolean =>
    Object.values(definition.limits).some(({ rate }) => rate !== null) ||
    options.limits
      .limited()
      .some((agent) => (options.limits.limitOf(agent)?.rate ?? null) !== null);

  const observe = (before: RunState | null, after: RunState): void => {
    if (phase === 'starting') return;
    const { id, parent } = after;
    if (parent !== null) parents.set(id, { run: parent.run, row: `${parent.run}/${parent.task}` });
    if (before === null && hasRate(after)) recall(after);
    const mine = tracked.get(id);
    const now = new Map<string, Tracked>();
    const running = after.status === 'RUNNING';
    for (const { definition, state } of openRows(after)) {
      if (!isSlotTask(definition)) continue;
      const was = mine?.get(state.id);
      const same = was !== undefined && was.state === state && was.running === running;
      const mark = same ? was.mark : markOf(state, running);
      if (mark === null) continue;
      if (was?.mark === mark) {
        now.set(state.id, same ? was : { ...was, state, running });
        continue;
      }
      if (was !== undefined) drop(`${id}/${state.id}`, was);
      now.set(state.id, { state, running, mark, ...track(after, definition, state) });
      schedule();
    }
    for (const [task, was] of mine ?? []) if (!now.has(task)) drop(`${id}/${task}`, was);
    if (now.size > 0) tracked.set(id, now);
    else tracked.delete(id);
  };

  return {
    free(command) {
      const free: Record<string, number> = {};
      for (const agent of options.limits.limited()) {
        const limit = agentLimit(agent);
        // Those who wait come first: a task that becomes ready now queues behind them.
        if (command.type === 'GrantSlot' && granted?.needs.some((need) => need.limit === limit)) {
          free[agent] = 1;
        } else if (lanes.wanted(limit)) free[agent] = 0;
        else for (const need of agentNeed(agent)) free[agent] = limits.capacity(need).free;
      }
      return free;
    },
    start(runs) {
      phase = 'started';
      // Whoever holds a place before those who share it.
      const depth = ({ parent }: RunState): number => parent?.depth ?? 0;
      for (const run of [...runs].sort((a, b) => depth(a) - depth(b))) observe(null, run);
    },
    observe,
    forget(run) {
      for (const [task, was] of tracked.get(run) ?? []) drop(`${run}/${task}`, was);
      tracked.delete(run);
      parents.delete(run);
    },
    stop() {
      phase = 'stopped';
      cancelRetry();
    },
  };
};

/** What the row holds or waits for at present; null for nothing. */
const markOf = (state: TaskState, running: boolean): string | null => {
  if (state.status === 'IN_PROGRESS') return `open ${state.attempts.length}`;
  // Nothing is dispatched in a paused run: it must not head the queue.
  if (state.status !== 'PENDING' || state.queuedAt === null || !running) return null;
  return `waits ${state.attempts.length} ${state.queuedAt} ${state.queuedFor?.key ?? ''}`;
};

const agentLimit = (agent: string): string => `agent ${agent}`;

/** Those who share the place of a row above them do not wait for those who wait beside it. */
const spotOf = ({ limit, above }: Need): string => `${limit}\n${above[0] ?? ''}`;
