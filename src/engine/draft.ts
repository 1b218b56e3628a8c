/**
 * A decision in the making: the events so far and the state they lead to, so that every
 * rule sees what the rules before it decided. It owns its copy of the task table, which
 * keeps a decision linear in tasks; what it hands out is what `evolve` would make (I5).
 */
import type { DecideContext } from './commands.ts';
import type { RunEvent } from './events.ts';
import { evolveOwned } from './evolve.ts';
import { graphOf, type Graph } from './graph.ts';
import { createRunId, type RunId } from './ids.ts';
import type { RunState, TaskState } from './state.ts';

export interface Draft {
  readonly run: RunState;
  readonly events: readonly RunEvent[];
  readonly now: number;
  readonly graph: Graph;
  /** At least 32 characters of `0-9a-z`, the same for the whole decision. */
  readonly entropy: string;
  emit(event: RunEvent): void;
  /** An id no other run has. */
  newRunId(): RunId;
  /** A token no other attempt has. */
  newLease(): string;
  /** A number of 0 to 1 that depends on the decision's entropy and `salt` alone. */
  fraction(salt: string): number;
  /** Free slots of the agent, or null when it has no limit. */
  freeSlots(agent: string): number | null;
  takeSlot(agent: string): void;
}

export const createDraft = (
  before: RunState,
  context: DecideContext,
  begun: readonly RunEvent[] = [],
): Draft => {
  const tasks: Record<string, TaskState> = { ...before.tasks };
  const events: RunEvent[] = [...begun];
  const slots = new Map(Object.entries(context.freeSlots));
  let run: RunState = { ...before, tasks };
  let leases = 0;
  let children = 0;
  return {
    get run() {
      return run;
    },
    events,
    now: context.now,
    entropy: context.entropy,
    get graph() {
      return graphOf(run.definition);
    },
    emit(event) {
      events.push(event);
      run = evolveOwned(run, event, context.now, tasks);
    },
    newRunId() {
      children += 1;
      const random = Math.floor((hash(`${context.entropy}/run`) / 2 ** 32) * 36 ** 5);
      const part = (number: number, length: number) => number.toString(36).padStart(length, '0');
      return createRunId(context.now, `${part(random, 5)}${part(children, 4)}`);
    },
    newLease() {
      leases += 1;
      return `${context.entropy.slice(0, 20)}${leases.toString(36).padStart(4, '0')}`;
    },
    fraction: (salt) => hash(`${context.entropy}/${salt}`) / 2 ** 32,
    freeSlots: (agent) => slots.get(agent) ?? null,
    takeSlot(agent) {
      const free = slots.get(agent);
      if (free !== undefined) slots.set(agent, Math.max(0, free - 1));
    },
  };
};

/** FNV-1a with a final mix: spreads similar texts over 32 bits. */
const hash = (text: string): number => {
  let value = 0x811c9dc5;
  for (let index = 0; index < text.length; index += 1) {
    value = Math.imul(value ^ text.charCodeAt(index), 0x01000193);
  }
  value = Math.imul(value ^ (value >>> 16), 0x85ebca6b);
  value = Math.imul(value ^ (value >>> 13), 0xc2b2ae35);
  return (value ^ (value >>> 16)) >>> 0;
};
