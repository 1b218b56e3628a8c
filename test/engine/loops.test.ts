/** DO_WHILE: iterations, what templates see, bounds, failures and retries. */
import { describe, expect, test } from 'vitest';
import { taskOf } from '../../src/engine/tasks.ts';
import { viewOf } from '../../src/engine/view.ts';
import { whyOf } from '../../src/engine/why.ts';
import {
  decision,
  fork,
  join,
  loop,
  simple,
  terminate,
  to,
  workflow,
} from '../support/engine-definitions.ts';
import { only, start } from '../support/engine.ts';

const AGAIN = '${b.output.again ?? false} == true';

const pair = () =>
  workflow(
    [
      loop(
        'l',
        [
          simple('a', {
            input: {
              n: '${l.iteration}',
              self: '${self.iteration}',
              last: '${b.output.x ?? "none"}',
            },
          }),
          simple('b', { dependsOn: ['a'], input: { a: '${a.output.x}' } }),
        ],
        { while: AGAIN, maxIterations: 3 },
      ),
      simple('z', {
        dependsOn: ['l'],
        input: { b: '${b.output.x}', n: '${l.iteration}', o: '${l.output.a.x}' },
      }),
    ],
    { output: [{ name: 'x', description: null, value: null }] },
  );

test('members run again while the condition holds; templates see the latest iteration', () => {
  const run = start(pair());
  expect(run.statuses()).toEqual({
    l: 'IN_PROGRESS',
    'a.1': 'IN_PROGRESS',
    'b.1': 'PENDING',
    z: 'PENDING',
  });
  expect(taskOf(run.state, 'a.1')?.attempts[0]?.input).toEqual({ n: 1, self: 1, last: 'none' });
  run.complete('a.1', { x: 'a1' });
  expect(taskOf(run.state, 'b.1')?.attempts[0]?.input).toEqual({ a: 'a1' });
  run.complete('b.1', { x: 'b1', again: true });
  expect(taskOf(run.state, 'a.2')?.attempts[0]?.input).toEqual({ n: 2, self: 2, last: 'b1' });
  run.complete('a.2', { x: 'a2' });
  run.complete('b.2', { x: 'b2' });
  expect(taskOf(run.state, 'l')).toMatchObject({
    status: 'COMPLETED',
    attempts: [],
    output: { a: { x: 'a2' }, b: { x: 'b2' }, iteration: 2 },
  });
  expect(taskOf(run.state, 'z')?.attempts[0]?.input).toEqual({ b: 'b2', n: 2, o: 'a2' });
  run.complete('z');
  expect(run.state.ended?.output).toEqual({ x: 'b2' });
  const rows = viewOf(run.state, { version: 1 }).tasks;
  expect(
    rows.map(({ id, task, iteration, owner, depth }) => [id, task, iteration, owner, depth]),
  ).toEqual([
    ['l', 'l', null, null, 0],
    ['a.1', 'a', 1, 'l', 1],
    ['b.1', 'b', 1, 'l', 1],
    ['a.2', 'a', 2, 'l', 1],
    ['b.2', 'b', 2, 'l', 1],
    ['z', 'z', null, null, 0],
  ]);
  expect(rows[2]?.depends_on).toEqual(['a.1']);
});

test('what waits inside a loop is named', () => {
  const run = start(pair());
  const [whole, , second] = viewOf(run.state, { version: 1 }).tasks;
  expect(whole?.waiting_for).toMatchObject({ kind: 'task', detail: 'a.1 (iteration 1)' });
  expect(second?.waiting_for).toMatchObject({ kind: 'task', detail: 'a.1' });
  expect(whyOf(run.state).waiting.map(({ task }) => task)).toEqual(['a.1']);
});

test('a condition that still holds after the last iteration is a LoopLimit', () => {
  const run = start(pair());
  for (const n of [1, 2, 3]) {
    run.complete(`a.${n}`, { x: n });
    run.complete(`b.${n}`, { x: n, again: true });
  }
  expect(run.state).toMatchObject({ status: 'FAILED', ended: { task: 'l' } });
  expect(run.state.ended?.reason).toMatch(/^l: LoopLimit: .* after 3 iterations/u);
  expect(taskOf(run.state, 'b.3')?.status).toBe('COMPLETED');
});

test('a condition that cannot be evaluated fails the loop with the reason', () => {
  const run = start(workflow([loop('l', [simple('a')], { while: '${a.output.x} > 1' })]));
  run.complete('a.1');
  expect(run.state.ended?.reason).toMatch(/^l: ConditionError: /u);
});

describe('failures', () => {
  test('a failed member ends the run; the retry goes on in that iteration', () => {
    const run = start(pair());
    run.complete('a.1', { x: 1 });
    run.complete('b.1', { x: 1, again: true });
    run.complete('a.2', { x: 2 });
    run.fail('b.2', { type: 'Broken', message: 'no' });
    expect(run.state.ended).toMatchObject({ task: 'b.2', reason: 'b.2: Broken: no' });
    expect(run.statuses('l', 'a.2', 'b.2', 'z')).toEqual({
      l: 'CANCELLED',
      'a.2': 'COMPLETED',
      'b.2': 'FAILED',
      z: 'CANCELLED',
    });
    const again = run.when({ type: 'RetryRun', note: null });
    expect(only(again, 'TaskDispatched').map(({ task, attempt }) => [task, attempt])).toEqual([
      ['b.2', 2],
    ]);
    run.complete('b.2', { x: 22 });
    expect(taskOf(run.state, 'l')).toMatchObject({
      status: 'COMPLETED',
      output: { iteration: 2, a: { x: 2 }, b: { x: 22 } },
    });
  });

  test('continue: the loop goes on', () => {
    const definition = workflow([
      loop('l', [simple('a', { onFailure: 'continue' })], { while: '${l.iteration} < 2' }),
    ]);
    const run = start(definition);
    run.fail('a.1');
    expect(run.statuses()).toEqual({
      l: 'IN_PROGRESS',
      'a.1': 'COMPLETED_WITH_ERRORS',
      'a.2': 'IN_PROGRESS',
    });
  });

  test('fail_after_siblings: what depends on it never starts, the others run on, then the run fails', () => {
    const definition = workflow([
      loop('l', [
        simple('a', { onFailure: 'fail_after_siblings' }),
        simple('b', { dependsOn: ['a'] }),
        simple('c'),
      ]),
      simple('s'),
      join('j', ['l', 's']),
    ]);
    const run = start(definition);
    run.fail('a.1', { type: 'Broken', message: 'no' });
    expect(run.state.status).toBe('RUNNING');
    run.complete('c.1');
    expect(run.statuses('l', 'b.1', 's')).toEqual({
      l: 'FAILED',
      'b.1': 'CANCELLED',
      s: 'IN_PROGRESS',
    });
    run.complete('s');
    expect(taskOf(run.state, 'j')?.attempts).toEqual([]);
    expect(run.state).toMatchObject({ status: 'FAILED' });
    expect(run.state.ended).toMatchObject({ task: 'a.1', reason: 'a.1: Broken: no' });
  });
});

test('branches, joins and decisions work in each iteration anew', () => {
  const definition = workflow([
    loop(
      'l',
      [
        fork('f', ['x', 'y']),
        simple('x'),
        simple('y'),
        join('j', ['x', 'y']),
        decision('d', {
          dependsOn: ['j'],
          param: '${j.output.x.v}',
          cases: [to('left', ['p'])],
          defaultCase: ['q'],
        }),
        simple('p'),
        simple('q'),
      ],
      { while: '${d.output.case} == "left"' },
    ),
  ]);
  const run = start(definition);
  run.complete('y.1');
  run.complete('x.1', { v: 'left' });
  expect(taskOf(run.state, 'j.1')).toMatchObject({ output: { x: { v: 'left' }, y: {} } });
  expect(run.statuses('d.1', 'p.1', 'q.1')).toEqual({
    'd.1': 'COMPLETED',
    'p.1': 'IN_PROGRESS',
    'q.1': 'SKIPPED',
  });
  run.complete('p.1');
  run.complete('x.2', { v: 'right' });
  run.complete('y.2');
  run.complete('q.2');
  expect(run.state.status).toBe('COMPLETED');
  expect(taskOf(run.state, 'l')).toMatchObject({
    output: { iteration: 2, d: { case: 'default' } },
  });
  expect(taskOf(run.state, 'l')).not.toMatchObject({ output: { p: {} } });
});

test('loops nest: rows say where they stand, from the outermost to the innermost', () => {
  const inner = loop('i', [simple('a', { input: { o: '${o.iteration}', i: '${i.iteration}' } })], {
    while: '${i.iteration} < 2',
  });
  const run = start(
    workflow([
      loop('o', [inner], { while: '${o.iteration} < 2' }),
      simple('z', { dependsOn: ['o'], input: { a: '${a.output.n}' } }),
    ]),
  );
  const ids = ['a.1.1', 'a.1.2', 'a.2.1', 'a.2.2'];
  ids.forEach((id, n) => {
    const [, o, i] = id.split('.').map(Number);
    expect(taskOf(run.state, id)?.attempts[0]?.input).toEqual({ o, i });
    run.complete(id, { n });
  });
  expect(taskOf(run.state, 'z')?.attempts[0]?.input).toEqual({ a: 3 });
  expect(Object.keys(run.statuses())).toEqual([
    'o',
    'i.1',
    'a.1.1',
    'a.1.2',
    'i.2',
    'a.2.1',
    'a.2.2',
    'z',
  ]);
});

test('a TERMINATE inside a loop ends the run', () => {
  const run = start(
    workflow([
      loop(
        'l',
        [
          simple('a'),
          terminate('t', {
            dependsOn: ['a'],
            when: '${a.output.stop} == true',
            runOutput: { n: '${l.iteration}' },
          }),
        ],
        { while: 'true' },
      ),
      simple('s'),
    ]),
  );
  run.complete('a.1', { stop: false });
  run.complete('a.2', { stop: true });
  expect(run.state).toMatchObject({
    status: 'COMPLETED',
    ended: { task: 't.2', output: { n: 2 } },
  });
  expect(run.statuses('l', 't.1', 't.2', 's')).toEqual({
    l: 'CANCELLED',
    't.1': 'SKIPPED',
    't.2': 'COMPLETED',
    s: 'CANCELLED',
  });
});
