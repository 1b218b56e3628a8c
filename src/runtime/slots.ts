/**
 * Slots of agents that have a limit. A slot is an open attempt of a live run, so it is
 * counted from the states (I8) and nothing has to be given back by hand. Who waits is
 * served by priority, then by how long it has waited.
 */
import type { RunCommand } from '../engine/commands.ts';
import type { RunId } from '../engine/ids.ts';
import type { SimpleTaskDefinition } from '../engine/definition.ts';
import { openRows } from '../engine/row-summary.ts';
import type { RunState, TaskState } from '../engine/state.ts';
import { taskOf } from '../engine/tasks.ts';
import type { Clock } from '../lib/clock.ts';
import type { AgentLimits } from './ports.ts';

export interface Slots {
  /** What `decide` may use for this command. */
  free(command: RunCommand): Readonly<Record<string, number>>;
  /** Must be told of every decision. */
  observe(before: RunState | null, after: RunState): void;
  /** A run left memory. */
  forget(run: RunId): void;
  stop(): void;
}

interface AgentSlots {
  /** Open attempts by `<run>/<task>`. */
  readonly open: Set<string>;
  readonly waiting: Map<string, Waiter>;
  /** Times of dispatches within the rate's window, oldest first. */
  dispatches: number[];
}

interface Waiter {
  readonly run: RunId;
  readonly task: string;
  readonly since: number;
  readonly priority: number;
}

export const createSlots = (options: {
  readonly limits: AgentLimits;
  readonly clock: Clock;
  readonly grant: (run: RunId, task: string) => void;
}): Slots => {
  const agents = new Map<string, AgentSlots>();
  /** Agents of rows that hold a slot or wait for one, by run and row. */
  const tracked = new Map<RunId, ReadonlyMap<string, string>>();
  /** The waiter being granted, which may take its slot in spite of the queue it heads. */
  let granted: string | null = null;
  let scheduled = false;
  let cancelRetry: () => void = () => undefined;

  const slotsOf = (agent: string): AgentSlots => {
    let slots = agents.get(agent);
    if (slots === undefined) {
      slots = { open: new Set(), waiting: new Map(), dispatches: [] };
      agents.set(agent, slots);
    }
    return slots;
  };

  /** Free slots now, and when the rate frees the next one. */
  const capacity = (agent: string): { readonly free: number; readonly at: number | null } => {
    const limit = options.limits.limitOf(agent);
    const slots = slotsOf(agent);
    const byCount = (limit?.concurrency ?? Number.MAX_SAFE_INTEGER) - slots.open.size;
    const rate = limit?.rate ?? null;
    if (rate === null) return { free: Math.max(0, byCount), at: null };
    const now = options.clock.now();
    slots.dispatches = slots.dispatches.filter((at) => at > now - rate.per);
    const byRate = rate.count - slots.dispatches.length;
    const oldest = slots.dispatches[0];
    return {
      free: Math.max(0, Math.min(byCount, byRate)),
      at: byRate > 0 || oldest === undefined ? null : oldest + rate.per,
    };
  };

  const serve = (): void => {
    scheduled = false;
    cancelRetry();
    let retryAt: number | null = null;
    for (const [agent, slots] of agents) {
      const { free, at } = capacity(agent);
      const next = [...slots.waiting.values()].sort(
        (a, b) => b.priority - a.priority || a.since - b.since,
      );
      for (const waiter of next.slice(0, free)) {
        granted = `${waiter.run}/${waiter.task}`;
        options.grant(waiter.run, waiter.task);
        granted = null;
      }
      if (next.length > free && at !== null) retryAt = Math.min(retryAt ?? at, at);
    }
    if (retryAt !== null) cancelRetry = options.clock.after(retryAt - options.clock.now(), serve);
  };

  const schedule = (): void => {
    if (scheduled) return;
    scheduled = true;
    queueMicrotask(serve);
  };

  const drop = (key: string, agent: string): void => {
    const slots = slotsOf(agent);
    slots.open.delete(key);
    slots.waiting.delete(key);
    schedule();
  };

  /** A row that is under way stands otherwise than before. */
  const note = (
    { id: run, status }: RunState,
    definition: SimpleTaskDefinition,
    task: TaskState,
    was: TaskState | null,
  ): void => {
    const slots = slotsOf(definition.executor.name);
    const key = `${run}/${task.id}`;
    if (task.status === 'IN_PROGRESS') {
      if (task.attempts.length > (was?.attempts.length ?? 0)) {
        slots.dispatches.push(options.clock.now());
      }
      slots.open.add(key);
    } else slots.open.delete(key);
    // Nothing is dispatched in a paused run: it must not head the queue.
    if (task.status === 'PENDING' && task.queuedAt !== null && status === 'RUNNING') {
      const { priority } = definition;
      slots.waiting.set(key, { run, task: task.id, since: task.queuedAt, priority });
    } else slots.waiting.delete(key);
    schedule();
  };

  return {
    free(command) {
      const free: Record<string, number> = {};
      for (const agent of limitedAgents(agents, options.limits)) {
        const slots = slotsOf(agent);
        const mine = command.type === 'GrantSlot' && granted === `${command.run}/${command.task}`;
        // Those who wait come first: a task that becomes ready now queues behind them.
        free[agent] = mine || slots.waiting.size === 0 ? capacity(agent).free : 0;
      }
      return free;
    },
    observe(before, after) {
      const mine = tracked.get(after.id) ?? new Map<string, string>();
      const now = new Map<string, string>();
      for (const { definition, state: task } of openRows(after)) {
        if (definition.type !== 'SIMPLE' || definition.executor.kind !== 'agent') continue;
        const agent = definition.executor.name;
        if (options.limits.limitOf(agent) === null) continue;
        now.set(task.id, agent);
        const was = before === null ? null : taskOf(before, task.id);
        if (was !== task || before?.status !== after.status) note(after, definition, task, was);
      }
      for (const [task, agent] of mine) if (!now.has(task)) drop(`${after.id}/${task}`, agent);
      if (now.size > 0) tracked.set(after.id, now);
      else tracked.delete(after.id);
    },
    forget(run) {
      for (const [task, agent] of tracked.get(run) ?? []) drop(`${run}/${task}`, agent);
      tracked.delete(run);
    },
    stop: () => cancelRetry(),
  };
};

/** Agents whose free slots a decision has to know: those seen and those with a limit. */
const limitedAgents = (agents: ReadonlyMap<string, AgentSlots>, limits: AgentLimits): string[] => [
  ...new Set([...agents.keys(), ...limits.limited()]),
];
