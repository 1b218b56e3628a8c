/**
 * Ten thousand items: what a decision costs does not grow with the items that have ended.
 * `ITEMS` says how many (default 10,000).
 */
import { expect, test } from 'vitest';
import { decide } from '../../src/engine/decide.ts';
import { nextDeadline } from '../../src/engine/deadline.ts';
import { evolveAll } from '../../src/engine/evolve.ts';
import { initialState } from '../../src/engine/initial-state.ts';
import { react } from '../../src/engine/react.ts';
import type { NoRun, RunState } from '../../src/engine/state.ts';
import { taskOf } from '../../src/engine/tasks.ts';
import { viewOf } from '../../src/engine/view.ts';
import { systemActor } from '../../src/engine/actor.ts';
import { each, simple, workflow } from '../support/engine-definitions.ts';
import { RUN, START, startOrder, type Order } from '../support/engine.ts';

const ITEMS = Number(process.env['ITEMS'] ?? 10_000);

test('ten thousand items run, each kept, in order', { timeout: 120_000 }, () => {
  const definition = workflow(
    [each('e', simple('e', { input: { n: '${item}' }, onFailure: 'continue' }))],
    {
      monitoring: {
        reportFrequency: null,
        logTo: null,
        metrics: [],
        alerts: [{ condition: 'task_success_rate < 1', action: 'notify_team' }],
      },
    },
  );
  let state: RunState | NoRun = initialState;
  let decisions = 0;
  let most = 0;
  const send = (order: Order): RunState => {
    decisions += 1;
    const context = {
      now: START,
      entropy: `${decisions.toString(36).padStart(8, '0')}${'x'.repeat(30)}`,
      freeSlots: {},
    };
    const decision = decide({ ...order, run: RUN, actor: systemActor }, state, context);
    if (decision.type === 'rejected') throw new Error(decision.message);
    const next = evolveAll(state, decision.events, { run: RUN, at: START });
    if (next.status === 'NONE') throw new Error('nothing started');
    if (decisions > 1 && next.ended === null) most = Math.max(most, decision.events.length);
    state = next;
    return next;
  };
  let run = send(startOrder(definition, { items: Array.from({ length: ITEMS }, (_, n) => n) }));
  for (let n = 0; n < ITEMS; n += 1) {
    const id = `e.${n}`;
    const open = taskOf(run, id)?.attempts.at(-1);
    const answering = { task: id, attempt: 1, lease: open?.lease ?? '', agent: 'A' };
    const answer = `${id}~answer`;
    run =
      n % 1000 === 7
        ? send({
            type: 'FailTask',
            ...answering,
            answer,
            output: {},
            error: { type: 'Broken', message: 'no', retryable: null, retryAfter: null },
          })
        : send({ type: 'CompleteTask', ...answering, answer, output: { n } });
    expect(react(run).length).toBe(Math.min(100, ITEMS - 1 - n));
    nextDeadline(run);
    if (n % 500 === 0) viewOf(run, { version: 1 });
  }
  expect(most).toBeLessThanOrEqual(3);
  const row = taskOf(run, 'e');
  expect(run.status).toBe('COMPLETED');
  expect(row).toMatchObject({ status: 'COMPLETED_WITH_ERRORS' });
  const output = row !== null && 'output' in row ? row.output : null;
  expect(output).toEqual(Array.from({ length: ITEMS }, (_, n) => (n % 1000 === 7 ? null : { n })));
  expect(viewOf(run, { version: 1 }).progress).toEqual({ done: ITEMS + 1, total: ITEMS + 1 });
});
