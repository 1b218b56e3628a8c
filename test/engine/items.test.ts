/** FOR_EACH: items, their places, results, failures and retries. */
import { describe, expect, test } from 'vitest';
import { react } from '../../src/engine/react.ts';
import { taskOf } from '../../src/engine/tasks.ts';
import { viewOf } from '../../src/engine/view.ts';
import { whyOf } from '../../src/engine/why.ts';
import {
  each,
  human,
  join,
  loop,
  retry,
  setVariable,
  simple,
  workflow,
} from '../support/engine-definitions.ts';
import { only, start, types } from '../support/engine.ts';

const over = (count: number) => ({ items: Array.from({ length: count }, (_, n) => `i${n}`) });

const plain = (rest: Parameters<typeof each>[2] = {}, body: Parameters<typeof simple>[1] = {}) =>
  workflow([each('e', simple('e', body), rest), simple('z', { dependsOn: ['e'] })]);

describe('results', () => {
  test('come in the order of the items, whatever order they end in', () => {
    const run = start(plain(), over(3));
    expect(run.statuses()).toEqual({
      e: 'IN_PROGRESS',
      'e.0': 'IN_PROGRESS',
      'e.1': 'IN_PROGRESS',
      'e.2': 'IN_PROGRESS',
      z: 'PENDING',
    });
    for (const n of [2, 0, 1]) run.complete(`e.${n}`, { n });
    expect(taskOf(run.state, 'e')).toMatchObject({
      status: 'COMPLETED',
      output: [{ n: 0 }, { n: 1 }, { n: 2 }],
      attempts: [],
    });
    expect(run.statuses('z')).toEqual({ z: 'IN_PROGRESS' });
  });

  test('of no items is an empty list at once', () => {
    const run = start(plain(), { items: [] });
    expect(taskOf(run.state, 'e')).toMatchObject({ status: 'COMPLETED', output: [] });
  });

  test.each([[null], ['text'], [{ a: 1 }], [3]])(
    'of %j, which is no list, is a failure',
    (items) => {
      const run = start(plain(), { items });
      expect(run.state).toMatchObject({ status: 'FAILED', ended: { task: 'e' } });
      expect(run.state.ended?.reason).toMatch(/^e: ItemsError: items must be a list/u);
    },
  );
});

test('an item is read as item and by its own name, with its key and index', () => {
  const input = {
    text: '${item.path}',
    same: '${file.path}',
    key: '${self.item_key}',
    index: '${self.index}',
    id: '${self.id}',
  };
  const run = start(plain({ as: 'file' }, { input }), {
    items: [{ path: 'a' }, { path: 'b' }, { path: 'a' }],
  });
  expect(only(run.history, 'TaskDispatched').map((event) => event.input)).toEqual([
    { text: 'a', same: 'a', key: 'a', index: 0, id: 'e.0' },
    { text: 'b', same: 'b', key: 'b', index: 1, id: 'e.1' },
    { text: 'a', same: 'a', key: 'a#2', index: 2, id: 'e.2' },
  ]);
  const view = viewOf(run.state, { version: 1 });
  expect(
    view.tasks.map(({ id, task, item_key, owner, depth }) => [id, task, item_key, owner, depth]),
  ).toEqual([
    ['e', 'e', null, null, 0],
    ['e.0', 'e', 'a', 'e', 1],
    ['e.1', 'e', 'b', 'e', 1],
    ['e.2', 'e', 'a#2', 'e', 1],
    ['z', 'z', null, null, 0],
  ]);
  expect(react(run.state)[0]).toMatchObject({ task: 'e.0', definitionTask: 'e' });
});

test('item_key names items as the definition says', () => {
  const run = start(plain({ itemKey: 'no ${item.n}' }), { items: [{ n: 1 }, { n: 2 }] });
  expect(taskOf(run.state, 'e')?.rows).toMatchObject({ keys: ['no 1', 'no 2'] });
});

describe('places', () => {
  test('only so many items are under way, the next begins when one ends', () => {
    const run = start(plain({ concurrency: 2 }), over(4));
    expect(only(run.history, 'TaskDispatched').map(({ task }) => task)).toEqual(['e.0', 'e.1']);
    expect(only(run.complete('e.1'), 'TaskDispatched').map(({ task }) => task)).toEqual(['e.2']);
    expect(viewOf(run.state, { version: 1 }).tasks.at(-2)).toMatchObject({
      id: 'e.3',
      waiting_for: { kind: 'task', detail: 'its turn in e' },
    });
    expect(viewOf(run.state, { version: 1 }).tasks[0]?.waiting_for).toMatchObject({
      kind: 'task',
      detail: 'e.0, e.2 (1 of 4 items done)',
    });
    expect(whyOf(run.state).waiting.map(({ task }) => task)).toEqual(['e.0', 'e.2']);
  });

  test('an item that waits for its next attempt holds none, and comes before new ones', () => {
    const policy = retry({ maxAttempts: 2, initialDelay: 1000 });
    const run = start(plain({ concurrency: 1 }, { retry: policy }), over(3));
    expect(types(run.fail('e.0'))).toEqual(['AttemptFailed', 'RetryScheduled', 'TaskDispatched']);
    expect(run.statuses('e.0', 'e.1', 'e.2')).toEqual({
      'e.0': 'RETRYING',
      'e.1': 'IN_PROGRESS',
      'e.2': 'PENDING',
    });
    expect(run.after(5000)).toEqual([]);
    expect(only(run.complete('e.1'), 'TaskDispatched').map(({ task }) => task)).toEqual(['e.0']);
  });

  test('items wait for a slot of their agent like any task', () => {
    const run = start(plain(), over(3), { freeSlots: { AGENT: 1 } });
    expect(types(run.history).slice(-3)).toEqual(['TaskDispatched', 'TaskQueued', 'TaskQueued']);
    run.freeSlots = { AGENT: 1 };
    expect(types(run.when({ type: 'GrantSlot', task: 'e.2' }))).toEqual(['TaskDispatched']);
  });
});

describe('failures', () => {
  test('fail: the others are cancelled, those not begun as well, and the FOR_EACH fails', () => {
    const run = start(plain({ concurrency: 2 }), over(4));
    run.fail('e.1', { type: 'Broken', message: 'no' });
    expect(run.statuses()).toEqual({
      e: 'FAILED',
      'e.0': 'CANCELLED',
      'e.1': 'FAILED',
      'e.2': 'CANCELLED',
      'e.3': 'CANCELLED',
      z: 'CANCELLED',
    });
    expect(run.state.ended).toMatchObject({ task: 'e', reason: 'e.1: Broken: no' });
    expect(taskOf(run.state, 'e.3')).toMatchObject({ attempts: [], reason: 'e.1: Broken: no' });
    expect(react(run.state)).toEqual([]);
  });

  test('continue: null in its place, and the FOR_EACH ends with errors', () => {
    const run = start(plain({}, { onFailure: 'continue' }), over(3));
    run.complete('e.0', { n: 0 });
    run.fail('e.1', { type: 'Broken', message: 'no' }, { half: true });
    run.complete('e.2', { n: 2 });
    expect(taskOf(run.state, 'e')).toMatchObject({
      status: 'COMPLETED_WITH_ERRORS',
      output: [{ n: 0 }, null, { n: 2 }],
      reason: 'e.1: Broken: no',
    });
    run.complete('z');
    expect(run.state.status).toBe('COMPLETED');
  });

  test('fail_after_siblings: the others run on, then the FOR_EACH fails', () => {
    const run = start(plain({}, { onFailure: 'fail_after_siblings' }), over(3));
    run.fail('e.0', { type: 'Broken', message: 'no' });
    expect(run.state.status).toBe('RUNNING');
    run.fail('e.1');
    run.complete('e.2');
    expect(taskOf(run.state, 'e')).toMatchObject({ status: 'FAILED' });
    expect(run.state.ended?.reason).toBe('e.0: Broken: no (+1 more)');
  });

  test("the FOR_EACH's own on_failure decides how the run goes on", () => {
    const run = start(plain({ onFailure: 'continue' }), over(2));
    run.fail('e.0');
    expect(run.statuses('e', 'e.1', 'z')).toEqual({
      e: 'COMPLETED_WITH_ERRORS',
      'e.1': 'CANCELLED',
      z: 'IN_PROGRESS',
    });
  });

  test('a join over a FOR_EACH that failed with the others names it', () => {
    const definition = workflow([
      each('e', simple('e'), { onFailure: 'fail_after_siblings' }),
      simple('b'),
      join('j', ['e', 'b']),
    ]);
    const run = start(definition, over(1));
    run.fail('e.0', { type: 'Broken', message: 'no' });
    run.complete('b');
    expect(run.statuses('e', 'b', 'j')).toEqual({ e: 'FAILED', b: 'COMPLETED', j: 'FAILED' });
    expect(run.state.ended?.reason).toBe('e.0: Broken: no');
  });

  test('an item that is aborted by a person cancels the run', () => {
    const run = start(workflow([each('e', human('e'))]), over(2));
    expect(viewOf(run.state, { version: 1 }).waiting_for).toBe('person');
    run.choose('ABORT', undefined, 'e.1');
    expect(run.state.status).toBe('CANCELLED');
    expect(run.statuses('e', 'e.0', 'e.1')).toEqual({
      e: 'CANCELLED',
      'e.0': 'CANCELLED',
      'e.1': 'CANCELLED',
    });
  });
});

test('a retry runs only the items that did not complete', () => {
  const run = start(plain({ concurrency: 2 }), over(4));
  run.complete('e.0', { n: 0 });
  run.fail('e.1');
  const again = run.when({ type: 'RetryRun', note: null });
  expect(only(again, 'TaskDispatched').map(({ task }) => task)).toEqual(['e.1', 'e.2']);
  run.complete('e.1', { n: 1 });
  run.complete('e.2', { n: 2 });
  run.complete('e.3', { n: 3 });
  expect(taskOf(run.state, 'e')).toMatchObject({
    status: 'COMPLETED',
    generation: 2,
    output: [{ n: 0 }, { n: 1 }, { n: 2 }, { n: 3 }],
  });
  expect(taskOf(run.state, 'e.0')?.generation).toBe(1);
  expect(taskOf(run.state, 'e.1')?.attempts.map(({ generation }) => generation)).toEqual([1, 2]);
});

test('an item that its `when` skips leaves null; one without attempts ends at once', () => {
  const body = setVariable('e', { last: '${item}' }, { when: '${item} != "i1"' });
  const run = start(workflow([each('e', body)]), over(3));
  expect(taskOf(run.state, 'e')).toMatchObject({
    output: [{ last: 'i0' }, null, { last: 'i2' }],
  });
  expect(run.state).toMatchObject({ status: 'COMPLETED', variables: { last: 'i2' } });
});

test('items of items, and loops for items', () => {
  const inner = loop(
    'e',
    [simple('a', { input: { row: '${row}', cell: '${cell}', n: '${self.iteration}' } })],
    {
      while: '${a.output.again ?? false} == true',
    },
  );
  const definition = workflow([
    each('e', each('e', inner, { items: '${row}', as: 'cell' }), { as: 'row' }),
  ]);
  const run = start(definition, { items: [[1], [2, 3]] });
  expect(Object.keys(run.statuses())).toEqual([
    'e',
    'e.0',
    'e.0.0',
    'a.0.0.1',
    'e.1',
    'e.1.0',
    'a.1.0.1',
    'e.1.1',
    'a.1.1.1',
  ]);
  run.complete('a.1.1.1', { again: true });
  expect(taskOf(run.state, 'a.1.1.2')?.attempts[0]?.input).toEqual({ row: [2, 3], cell: 3, n: 2 });
  run.complete('a.1.1.2', { x: 1 });
  run.complete('a.0.0.1');
  run.complete('a.1.0.1');
  expect(run.state.status).toBe('COMPLETED');
  expect(taskOf(run.state, 'e')).toMatchObject({
    output: [
      [{ a: {}, iteration: 1 }],
      [
        { a: {}, iteration: 1 },
        { a: { x: 1 }, iteration: 2 },
      ],
    ],
  });
});

test('a member that fails in an item fails the item, and its FOR_EACH decides', () => {
  const body = loop('e', [simple('a'), simple('b')], { onFailure: 'continue' });
  const run = start(workflow([each('e', body), simple('z')]), over(2));
  run.fail('a.0.1', { type: 'Broken', message: 'no' });
  expect(run.statuses('e.0', 'a.0.1', 'b.0.1', 'e.1', 'z')).toEqual({
    'e.0': 'COMPLETED_WITH_ERRORS',
    'a.0.1': 'FAILED',
    'b.0.1': 'CANCELLED',
    'e.1': 'IN_PROGRESS',
    z: 'IN_PROGRESS',
  });
});
