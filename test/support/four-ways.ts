/**
 * One script played in four ways: plainly; with the state folded anew from its journal after
 * every append; with every answer delivered twice; and with answers that are open together given
 * in another order. What a run comes to must be the same each way.
 */
import { nextDeadline } from '../../src/engine/deadline.ts';
import { decide } from '../../src/engine/decide.ts';
import type { WorkflowDefinition } from '../../src/engine/definition.ts';
import type { RunEvent } from '../../src/engine/events.ts';
import { evolveAll } from '../../src/engine/evolve.ts';
import { initialState } from '../../src/engine/initial-state.ts';
import { parseRunEvent } from '../../src/engine/parse-event.ts';
import { react } from '../../src/engine/react.ts';
import { allRows, openRows } from '../../src/engine/row-summary.ts';
import type { NoRun, RunState } from '../../src/engine/state.ts';
import { openAttempt } from '../../src/engine/tasks.ts';
import type { Json, JsonObject } from '../../src/lib/json.ts';
import { commander, RUN, START, startOrder, type Order } from './engine.ts';

/** What an agent answers: an output, or a failure. */
export type Answer = { readonly complete: Json } | { readonly fail: string };

export interface Script {
  readonly name: string;
  readonly definition: WorkflowDefinition;
  readonly input?: JsonObject;
  /** By row, one answer per attempt; a row without any completes with `{}`. */
  readonly answers?: Readonly<Record<string, readonly Answer[]>>;
  /** Options by HUMAN row, payloads by signal: given when nothing else moves. */
  readonly choices?: Readonly<Record<string, string>>;
  readonly signals?: Readonly<Record<string, Json>>;
}

export interface Way {
  readonly folded: boolean;
  readonly twice: boolean;
  /** Which of `count` open answers comes next. */
  readonly pick: (count: number) => number;
}

/** What a run comes to, for people who compare. */
export interface Outcome {
  readonly status: string;
  readonly reason: string | null;
  readonly output: Json;
  readonly rows: Readonly<
    Record<string, readonly [status: string, attempts: string, output: Json]>
  >;
}

export const play = (script: Script, way: Way): Outcome => {
  const records: { readonly events: readonly RunEvent[]; readonly at: number }[] = [];
  let state: RunState | NoRun = initialState;
  let now = START;
  let decisions = 0;

  const fold = (): RunState | NoRun =>
    records.reduce<RunState | NoRun>((folded, { events, at }) => {
      const read: unknown = JSON.parse(JSON.stringify(events));
      const parsed = Array.isArray(read) ? read.map(parseRunEvent) : [];
      return evolveAll(folded, parsed, { run: RUN, at });
    }, initialState);

  const send = (order: Order): readonly RunEvent[] => {
    decisions += 1;
    const context = {
      now,
      entropy: `${decisions.toString(36).padStart(8, '0')}${'y'.repeat(30)}`,
      freeSlots: {},
    };
    const decision = decide({ ...order, run: RUN, actor: commander }, state, context);
    if (decision.type === 'rejected') throw new Error(`${order.type}: ${decision.message}`);
    if (decision.events.length === 0) return [];
    records.push({ events: decision.events, at: now });
    state = way.folded ? fold() : evolveAll(state, decision.events, { run: RUN, at: now });
    return decision.events;
  };

  const current = (): RunState => {
    if (state.status === 'NONE') throw new Error('nothing started');
    return state;
  };

  const answer = (task: string, attempt: number, lease: string): void => {
    const given = script.answers?.[task]?.[attempt - 1] ?? { complete: {} };
    const answering = { task, attempt, lease, agent: 'A', answer: `${task}~${attempt}` };
    const order: Order =
      'complete' in given
        ? { type: 'CompleteTask', ...answering, output: given.complete }
        : {
            type: 'FailTask',
            ...answering,
            output: {},
            error: { type: given.fail, message: 'no', retryable: null, retryAfter: null },
          };
    send(order);
    if (way.twice && send(order).length > 0) throw new Error(`${task} was answered twice`);
  };

  /** What only people or other systems can do. */
  const fromOutside = (): boolean => {
    for (const { state: row } of openRows(current())) {
      const signal = openAttempt(row)?.wait?.signal ?? null;
      const payload = signal === null ? undefined : script.signals?.[signal];
      if (signal !== null && payload !== undefined) {
        send({ type: 'SignalRun', name: signal, payload });
        return true;
      }
      const option = row.status === 'PENDING_APPROVAL' ? script.choices?.[row.id] : undefined;
      if (option !== undefined) {
        send({ type: 'ChooseOption', task: row.id, option, note: null });
        return true;
      }
    }
    return false;
  };

  send(startOrder(script.definition, script.input ?? {}));
  for (let step = 0; current().ended === null; step += 1) {
    if (step > 500) throw new Error(`${script.name} does not end`);
    const offers = react(current()).flatMap((effect) =>
      effect.type === 'OfferTask' ? [effect] : [],
    );
    const next = offers[way.pick(offers.length)];
    if (next !== undefined) answer(next.task, next.attempt, next.lease);
    else if (!fromOutside()) {
      const due = nextDeadline(current());
      if (due === null) throw new Error(`${script.name} waits for ever`);
      now = Math.max(now, due);
      send({ type: 'FireTimer' });
    }
  }
  return outcomeOf(current());
};

const outcomeOf = (run: RunState): Outcome => ({
  status: run.status,
  reason: run.ended?.reason ?? null,
  output: run.ended?.output ?? null,
  rows: Object.fromEntries(
    allRows(run).map(({ state: row }) => [
      row.id,
      [
        row.status,
        row.attempts.map(({ status }) => status).join(' '),
        'output' in row ? row.output : null,
      ],
    ]),
  ),
});
