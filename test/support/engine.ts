/**
 * Given, when, then for the pure engine: definitions in a few words, events folded into a
 * state, a command decided, and the state it leads to.
 */
import { expect } from 'vitest';
import type { Actor } from '../../src/engine/actor.ts';
import { systemActor } from '../../src/engine/actor.ts';
import type { TaskError } from '../../src/engine/answers.ts';
import type { RunCommand } from '../../src/engine/commands.ts';
import { decide } from '../../src/engine/decide.ts';
import type { WorkflowDefinition } from '../../src/engine/definition.ts';
import type { Parent, RunEvent } from '../../src/engine/events.ts';
import { evolve } from '../../src/engine/evolve.ts';
import { toRunId } from '../../src/engine/ids.ts';
import { initialState } from '../../src/engine/initial-state.ts';
import { allRows } from '../../src/engine/row-summary.ts';
import type { RunState, TaskState } from '../../src/engine/state.ts';
import { taskOf } from '../../src/engine/tasks.ts';
import type { Json, JsonObject } from '../../src/lib/json.ts';

export const RUN =
  toRunId('wf-1760000000000-abcdefghi') ??
  (() => {
    throw new Error('the test run id is wrong');
  })();

/** When every test begins, ms since the epoch. */
export const START = 1_760_000_000_000;

export const ana: Actor = { id: 'user:ana', name: 'Ana', level: 'L2', groups: ['role:Crew'] };
export const commander: Actor = { id: 'user:cmd', name: 'Cmd', level: 'L0', groups: [] };
export const bob: Actor = { id: 'user:bob', name: 'Bob', level: 'L1', groups: [] };
export const worker: Actor = { id: 'user:wes', name: 'Wes', level: 'L3', groups: [] };

type WithoutRun<T> = T extends unknown ? Omit<T, 'run' | 'actor'> : never;
export type Order = WithoutRun<RunCommand>;

/** A run under test: every accepted decision moves it on. */
export interface Scenario {
  readonly state: RunState;
  /** Every event so far. */
  readonly history: readonly RunEvent[];
  now: number;
  freeSlots: Record<string, number>;
  /** Decides and, when accepted, takes the events over. Throws when it is rejected. */
  when(command: Order, by?: Actor): readonly RunEvent[];
  /** The refusal's code; throws when the command is accepted. */
  refused(command: Order, by?: Actor): string;
  /** Moves the clock and fires the timer. */
  after(ms: number): readonly RunEvent[];
  complete(task: string, output?: Json): readonly RunEvent[];
  fail(task: string, error?: Partial<TaskError>, output?: Json): readonly RunEvent[];
  choose(option: string, by?: Actor, task?: string | null): readonly RunEvent[];
  /** Statuses by task, or of the tasks named. */
  statuses(...tasks: string[]): Record<string, string>;
}

export const start = (
  definition: WorkflowDefinition,
  given: JsonObject = {},
  options: {
    readonly by?: Actor;
    readonly freeSlots?: Record<string, number>;
    readonly parent?: Parent;
  } = {},
): Scenario => {
  const history: RunEvent[] = [];
  let state: RunState | null = null;
  let decisions = 0;

  const decideOn = (command: Order, actor: Actor) => {
    decisions += 1;
    return decide({ ...command, run: RUN, actor }, state ?? initialState, {
      now: scenario.now,
      entropy: `${decisions.toString(36).padStart(8, '0')}0123456789abcdefghijklmnopqrstuv`,
      freeSlots: scenario.freeSlots,
    });
  };

  const answering = (task: string) => {
    const open = taskOf(scenario.state, task)?.attempts.at(-1);
    return {
      task,
      attempt: open?.attempt ?? null,
      lease: open?.lease ?? null,
      agent: 'AGENT',
      answer: `${task}~${open?.attempt ?? 0}~${decisions}`,
    };
  };

  const scenario: Scenario = {
    get state() {
      if (state === null) throw new Error('the run has not started');
      return state;
    },
    history,
    now: START,
    freeSlots: options.freeSlots ?? {},
    when(command, by = systemActor) {
      const decided = decideOn(command, by);
      if (decided.type === 'rejected') throw new Error(`${decided.code}: ${decided.message}`);
      for (const event of decided.events) {
        history.push(event);
        state = evolve(state ?? initialState, event, { run: RUN, at: scenario.now });
      }
      expect(decided.state).toEqual(state);
      return decided.events;
    },
    refused(command, by = systemActor) {
      const decided = decideOn(command, by);
      if (decided.type === 'accepted') throw new Error(`${command.type} was accepted`);
      return decided.code;
    },
    after(ms) {
      scenario.now += ms;
      return scenario.when({ type: 'FireTimer' });
    },
    complete: (task, output = {}) =>
      scenario.when({ type: 'CompleteTask', ...answering(task), output }),
    fail: (task, error = {}, output = {}) =>
      scenario.when({
        type: 'FailTask',
        ...answering(task),
        error: {
          type: 'AgentError',
          message: 'it broke',
          retryable: null,
          retryAfter: null,
          ...error,
        },
        output,
      }),
    choose: (option, by = commander, task = null) =>
      scenario.when({ type: 'ChooseOption', task, option, note: null }, by),
    statuses: (...tasks) =>
      Object.fromEntries(
        allRows(scenario.state)
          .map(({ state: row }) => row)
          .filter(({ id }) => tasks.length === 0 || tasks.includes(id))
          .map(({ id, status }) => [id, status]),
      ),
  };
  const { by = ana, parent } = options;
  const order = startOrder(definition, given);
  scenario.when(parent === undefined ? order : { ...order, parent }, by);
  return scenario;
};

export const startOrder = (definition: WorkflowDefinition, given: JsonObject = {}) =>
  ({
    type: 'StartRun',
    handle: '7F3K',
    definition,
    sha256: '0'.repeat(64),
    input: given,
    defaulted: [],
    key: null,
    origin: null,
    failureOf: null,
    seal: null,
  }) as const;

/** Every row of a run, those inside others included. */
export const rowsOf = (run: RunState): readonly TaskState[] =>
  allRows(run).map(({ state }) => state);

/** Events of that type. */
export const only = <T extends RunEvent['type']>(
  events: readonly RunEvent[],
  type: T,
): readonly Extract<RunEvent, { type: T }>[] =>
  events.filter((event): event is Extract<RunEvent, { type: T }> => event.type === type);

export const types = (events: readonly RunEvent[]): readonly string[] =>
  events.map(({ type }) => type);
