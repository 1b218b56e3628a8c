/** Concurrency keys of tasks in the pure engine: what is recorded, and what a task waits for. */
import { expect, test } from 'vitest';
import { urgencyOf } from '../../src/engine/candidate.ts';
import { react } from '../../src/engine/react.ts';
import { taskOf } from '../../src/engine/tasks.ts';
import { whyOf } from '../../src/engine/why.ts';
import { viewOf } from '../../src/engine/view.ts';
import {
  each,
  human,
  loop,
  retry,
  setVariable,
  simple,
  subWorkflow,
  workflow,
} from '../support/engine-definitions.ts';
import { only, start, types } from '../support/engine.ts';

const KEY = '${workflow.input.gpu}';
const grant = (task: string) => ({ type: 'GrantSlot', task }) as const;

test('a task with a key waits for its turn, says for what, and its attempt carries the key', () => {
  const definition = workflow([simple('a', { concurrencyKey: `gpu-${KEY}` }), simple('b')], {
    limits: { 'gpu-7': { concurrency: 2, rate: { count: 5, per: 1000 } } },
  });
  const run = start(definition, { gpu: 7 });
  expect(run.statuses()).toEqual({ a: 'PENDING', b: 'IN_PROGRESS' });
  expect(only(run.history, 'TaskQueued')).toEqual([
    { type: 'TaskQueued', task: 'a', agent: null, key: 'gpu-7' },
  ]);
  const { waiting } = whyOf(run.state);
  expect(waiting).toContainEqual(
    expect.objectContaining({
      task: 'a',
      kind: 'slot',
      detail: 'a place of the concurrency key "gpu-7" (2 at a time, 5 per 1s)',
    }),
  );
  expect(run.after(1000)).toEqual([]);
  expect(only(run.when(grant('a')), 'TaskDispatched')).toMatchObject([{ task: 'a', key: 'gpu-7' }]);
  expect(taskOf(run.state, 'a')?.attempts).toMatchObject([{ key: 'gpu-7' }]);
  expect(run.when(grant('a'))).toEqual([]);
});

test('a key and a limited agent are both named, and a key that is not in limits has one place', () => {
  const definition = workflow([simple('a', { concurrencyKey: 'db' })]);
  const run = start(definition, {}, { freeSlots: { AGENT: 3 } });
  expect(viewOf(run.state, { version: 1 }).tasks[0]?.waiting_for?.detail).toBe(
    'a place of the concurrency key "db" (1 at a time) and a free slot of AGENT',
  );
});

test('every attempt asks for the key anew, and none is held while a retry waits', () => {
  const policy = retry({ maxAttempts: 3 });
  const key = 'try-${self.attempt}';
  const run = start(workflow([simple('a', { concurrencyKey: key, retry: policy })]));
  run.when(grant('a'));
  expect(types(run.fail('a'))).toEqual(['AttemptFailed', 'RetryScheduled']);
  expect(only(run.after(1000), 'TaskQueued')).toMatchObject([{ key: 'try-2' }]);
  run.when(grant('a'));
  expect(taskOf(run.state, 'a')?.attempts.map(({ key: held }) => held)).toEqual(['try-1', 'try-2']);
});

test.each([
  ['null', null],
  ['empty text', ''],
])('a key that comes out as %s needs no place', (_, gpu) => {
  const run = start(workflow([simple('a', { concurrencyKey: KEY })]), { gpu });
  expect(run.statuses()).toEqual({ a: 'IN_PROGRESS' });
  expect(taskOf(run.state, 'a')?.attempts[0]).not.toHaveProperty('key');
});

test.each([
  ['a list', '${workflow.input.gpu}', 'concurrency_key must be text, and is [1]'],
  ['missing', '${workflow.input.nothing}', 'workflow.input.nothing'],
])('a key that is %s fails the task before dispatch', (_, concurrencyKey, reason) => {
  const run = start(workflow([simple('a', { concurrencyKey })]), { gpu: [1] });
  expect(run.state).toMatchObject({ status: 'FAILED', ended: { task: 'a' } });
  expect(run.state.ended?.reason).toContain(`a: TemplateError: `);
  expect(run.state.ended?.reason).toContain(reason);
  expect(taskOf(run.state, 'a')?.attempts).toEqual([]);
});

test('items, members of a loop, functions and child runs have keys as well', () => {
  const run = start(
    workflow([
      each('e', simple('e', { concurrencyKey: 'k-${item}' }), { concurrency: 2 }),
      loop('l', [simple('m', { concurrencyKey: 'k' })], { while: 'false' }),
      simple('f', { executor: { kind: 'function', name: 'notify_team' }, concurrencyKey: 'k' }),
      subWorkflow('s', 'other', { concurrencyKey: 'k' }),
    ]),
    { items: ['x', 'y', 'z'] },
  );
  expect(only(run.history, 'TaskQueued').map(({ task, key }) => [task, key])).toEqual([
    ['e.0', 'k-x'],
    ['e.1', 'k-y'],
    ['m.1', 'k'],
    ['f', 'k'],
    ['s', 'k'],
  ]);
  expect(react(run.state)).toEqual([]);
  for (const task of ['e.1', 'm.1', 'f', 's']) run.when(grant(task));
  expect(react(run.state).map(({ type }) => type)).toEqual([
    'OfferTask',
    'OfferTask',
    'CallFunction',
    'RunChild',
  ]);
});

test('a row that was cancelled in the pass that found it ready is not begun', () => {
  const members = [
    simple('m'),
    simple('k', { concurrencyKey: 'k' }),
    setVariable('v', { variables: { x: '${workflow.input.nothing}' } }),
  ];
  const body = loop('e', members, { while: 'false' });
  const run = start(
    workflow([each('e', body, { onFailure: 'continue' }), human('h')]),
    { items: ['x'] },
    { freeSlots: { AGENT: 1 } },
  );
  expect(run.statuses('e')).toEqual({ e: 'COMPLETED_WITH_ERRORS' });
  expect(run.statuses('m.0.1', 'k.0.1')).toEqual({ 'm.0.1': 'CANCELLED', 'k.0.1': 'CANCELLED' });
  expect(react(run.state)).toEqual([]);
});

test('a task that an older version left waiting without a key begins on its grant', () => {
  const run = start(workflow([simple('a')]), {}, { freeSlots: { AGENT: 0 } });
  expect(only(run.history, 'TaskQueued')).toEqual([
    { type: 'TaskQueued', task: 'a', agent: 'AGENT' },
  ]);
  expect(only(run.when(grant('a')), 'TaskDispatched')[0]).not.toHaveProperty('key');
});

test('a minute of waiting weighs as much as a step of priority', () => {
  expect(urgencyOf(0, 0)).toBe(urgencyOf(1, 60_000));
  expect(urgencyOf(0, 0)).toBeGreaterThan(urgencyOf(5, 300_001));
  expect(urgencyOf(5, 299_999)).toBeGreaterThan(urgencyOf(0, 0));
});
