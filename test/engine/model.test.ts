/**
 * Random definitions × random happenings: whatever comes, the invariants hold.
 * `FUZZ_RUNS` says how many (default 200); fast-check prints the seed of a failure.
 */
import * as fc from 'fast-check';
import { expect, it } from 'vitest';
import type { RunCommand } from '../../src/engine/commands.ts';
import { nextDeadline } from '../../src/engine/deadline.ts';
import { decide } from '../../src/engine/decide.ts';
import type { RunEvent } from '../../src/engine/events.ts';
import { evolve, evolveAll } from '../../src/engine/evolve.ts';
import { initialState } from '../../src/engine/initial-state.ts';
import { react } from '../../src/engine/react.ts';
import type { NoRun, RunState } from '../../src/engine/state.ts';
import { isTerminal, taskOf } from '../../src/engine/tasks.ts';
import { viewOf } from '../../src/engine/view.ts';
import { whyOf } from '../../src/engine/why.ts';
import {
  ana,
  bob,
  commander,
  RUN,
  START,
  rowsOf,
  startOrder,
  type Order,
} from '../support/engine.ts';
import { definitions, steps } from '../support/engine-arbitraries.ts';
import { orderFor } from '../support/engine-happenings.ts';

const RUNS = Number(process.env['FUZZ_RUNS'] ?? 200);

interface Recorded {
  readonly event: RunEvent;
  readonly at: number;
  readonly after: RunState;
}

const world = (slots: number | null) => {
  const history: Recorded[] = [];
  let state: RunState | NoRun = initialState;
  let now = START;
  let count = 0;
  let last: Order | null = null;

  const send = (order: Order, actor = commander): readonly RunEvent[] => {
    count += 1;
    last = order;
    const command: RunCommand = { ...order, run: RUN, actor };
    const context = {
      now,
      entropy: `${count.toString(36).padStart(6, '0')}${'x'.repeat(30)}`,
      freeSlots: slots === null ? {} : { EVEN: free(slots, 'EVEN') },
    };
    const before = state;
    const decision = decide(command, before, context);
    // I5: the same input gives the same decision.
    expect(decide(command, before, context)).toEqual(decision);
    if (decision.type === 'rejected') return [];
    let next: RunState | NoRun = before;
    for (const event of decision.events) {
      next = evolve(next, event, { run: RUN, at: now });
      history.push({ event, at: now, after: next });
    }
    if (next.status === 'NONE') throw new Error('nothing started');
    // The decision's own state is what its events make.
    expect(decision.state).toEqual(next);
    // A record folded at once is its events folded one by one.
    if (decision.events.length > 0) {
      expect(evolveAll(before, decision.events, { run: RUN, at: now })).toEqual(next);
    }
    check(before, next, order, decision.events);
    state = next;
    return decision.events;
  };

  const free = (limit: number, agent: string): number => {
    if (state.status === 'NONE') return limit;
    const open = rowsOf(state).filter(
      (task) => task.status === 'IN_PROGRESS' && task.attempts.at(-1)?.agent === agent,
    );
    return Math.max(0, limit - open.length);
  };

  const current = (): RunState => {
    if (state.status === 'NONE') throw new Error('nothing started');
    return state;
  };

  return {
    send,
    current,
    history,
    wait(ms: number) {
      now += ms;
    },
    last: () => last,
    count: () => history.length,
    get now() {
      return now;
    },
  };
};

const GOES_BACK: ReadonlySet<Order['type']> = new Set(['RetryRun', 'RerunRun', 'ReopenRun']);

/** The invariants that every decision keeps. */
const check = (
  before: RunState | NoRun,
  after: RunState,
  order: Order,
  events: readonly RunEvent[],
): void => {
  const tasks = rowsOf(after);
  if (after.ended === null) {
    // I6: it waits for something nameable.
    expect(whyOf(after).waiting, 'an open run waits for nothing').not.toEqual([]);
  } else {
    expect(tasks.filter((task) => !isTerminal(task))).toEqual([]);
    expect(nextDeadline(after)).toBeNull();
  }
  // I7: only going back changes how a run ended.
  if (before.status !== 'NONE' && before.ended !== null && !GOES_BACK.has(order.type)) {
    expect([after.status, after.ended]).toEqual([before.status, before.ended]);
  }
  if (order.type === 'FireTimer') {
    const due = nextDeadline(after);
    expect(due === null || due > after.updatedAt || events.length === 0).toBe(true);
  }
  const effects = react(after);
  expect(new Set(effects.map(({ key }) => key)).size).toBe(effects.length);
  for (const effect of effects) {
    if (effect.type !== 'OfferTask' && effect.type !== 'CallFunction') continue;
    const row = taskOf(after, effect.task)?.attempts.at(-1);
    expect(row).toMatchObject({ status: 'IN_PROGRESS', lease: effect.lease, offerAt: null });
  }
  for (const task of tasks) {
    const open = task.attempts.filter((row) => row.status === 'IN_PROGRESS');
    const working = task.status === 'IN_PROGRESS' || task.status === 'PENDING_APPROVAL';
    const holds = task.rows !== null;
    expect(open).toHaveLength(working && !holds ? 1 : 0);
    expect(task.attempts.map(({ attempt }) => attempt)).toEqual(
      task.attempts.map((_, index) => index + 1),
    );
  }
  // Nothing new is handed out while the run is paused.
  if (before.status === 'PAUSED' && after.status === 'PAUSED') {
    expect(events.filter(({ type }) => type === 'TaskDispatched')).toEqual([]);
  }
  JSON.stringify(viewOf(after, { version: 1 }));
};

type World = ReturnType<typeof world>;

/** Gives the run everything it waits for until it ends. */
const drain = (run: World): void => {
  for (let round = 0; round < 200; round += 1) {
    const state = run.current();
    if (state.ended !== null) return;
    if (state.status === 'PAUSED') run.send({ type: 'ResumeRun', note: null });
    for (const key of Object.keys(run.current().pendingEffects)) {
      run.send({ type: 'RecordEffect', key, outcome: { ok: true, value: null } });
    }
    for (const task of rowsOf(run.current())) {
      const row = task.attempts.at(-1);
      if (task.status === 'PENDING_APPROVAL') {
        for (const actor of [commander, bob]) {
          run.send({ type: 'ChooseOption', task: task.id, option: 'APPROVE', note: null }, actor);
        }
      } else if (task.rows !== null) {
        // What is inside it is given what it waits for.
      } else if (row?.status === 'IN_PROGRESS' && row.wait !== null) {
        const { signal } = row.wait;
        if (signal !== null) run.send({ type: 'SignalRun', name: signal, payload: null });
      } else if (task.status === 'IN_PROGRESS' && row?.child) {
        const { attempt, child } = row;
        const ending = { status: 'COMPLETED', output: {} } as const;
        const { generation } = child;
        const order = { type: 'EndChild', task: task.id, attempt, generation, ending } as const;
        run.send(order);
        expect(run.send(order), 'the same end twice').toEqual([]);
      } else if (task.status === 'IN_PROGRESS' && row !== undefined) {
        const { attempt, lease } = row;
        const answer = `drain~${run.history.length}~${task.id}`;
        const order = {
          type: 'CompleteTask',
          task: task.id,
          attempt,
          lease,
          agent: 'A',
          answer,
          output: {},
        } as const;
        run.send(order);
        expect(run.send(order), 'the same answer twice').toEqual([]);
      } else if (task.status === 'PENDING' && task.queuedAt !== null) {
        run.send({ type: 'GrantSlot', task: task.id });
      }
    }
    const due = nextDeadline(run.current());
    if (due !== null && due > run.now) run.wait(due - run.now);
    run.send({ type: 'FireTimer' });
  }
  expect(
    run.current().ended,
    'the run does not end although everything is answered',
  ).not.toBeNull();
};

it('keeps its invariants whatever happens', { timeout: 600_000 }, () => {
  fc.assert(
    fc.property(
      definitions,
      steps,
      fc.record({ go: fc.boolean(), verdict: fc.constantFrom('yes', 'no', null) }),
      fc.constantFrom(null, 1),
      (definition, happenings, given, slots) => {
        const run = world(slots);
        run.send(startOrder(definition, { ...given, none: null }), ana);
        for (const step of happenings) {
          const order = orderFor(run, step);
          if (order !== null) run.send(order);
        }
        drain(run);
        // Replay of every prefix gives the state that prefix had.
        let state: RunState | NoRun = initialState;
        for (const { event, at, after } of run.history) {
          state = evolve(state, event, { run: RUN, at });
          expect(state).toEqual(after);
        }
        // What goes through the journal comes back the same.
        expect(JSON.parse(JSON.stringify(state))).toEqual(state);
      },
    ),
    { numRuns: RUNS },
  );
});
