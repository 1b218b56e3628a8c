/** WAIT, signals, TERMINATE and SET_VARIABLE. */
import { describe, expect, test } from 'vitest';
import { nextDeadline } from '../../src/engine/deadline.ts';
import { taskOf } from '../../src/engine/tasks.ts';
import { viewOf } from '../../src/engine/view.ts';
import { whyOf } from '../../src/engine/why.ts';
import {
  each,
  input,
  loop,
  retry,
  setVariable,
  signal,
  simple,
  terminate,
  wait,
  workflow,
} from '../support/engine-definitions.ts';
import { only, start, START, worker } from '../support/engine.ts';

const send = (name: string, payload: { n: number } | null = null) =>
  ({ type: 'SignalRun', name, payload }) as const;

describe('WAIT for a time', () => {
  test('a duration from when it is reached', () => {
    const run = start(
      workflow([simple('a'), wait('w', { kind: 'duration', value: 5000 }, { dependsOn: ['a'] })]),
    );
    run.now += 1000;
    run.complete('a');
    expect(nextDeadline(run.state)).toBe(START + 6000);
    expect(viewOf(run.state, { version: 1 }).tasks[1]).toMatchObject({
      status: 'IN_PROGRESS',
      waiting_for: { kind: 'timer', detail: 'its time' },
      attempts: [{ attempt: 1, agent: null }],
    });
    run.after(4999);
    expect(run.state.status).toBe('RUNNING');
    run.after(1);
    expect(taskOf(run.state, 'w')).toMatchObject({ status: 'COMPLETED', output: {} });
    expect(run.state.status).toBe('COMPLETED');
  });

  test.each([
    ['${workflow.input.p}', 'string', '90s', 90_000],
    ['${workflow.input.p}', null, 5, 5000],
    ['${workflow.input.p}', 'duration', 5000, 5000],
    ['${workflow.input.p}m', null, 2, 120_000],
  ] as const)('a duration from %s of type %s', (value, type, p, ms) => {
    const definition = workflow([wait('w', { kind: 'duration', value })], {
      input: [input('p', { type })],
    });
    expect(nextDeadline(start(definition, { p }).state)).toBe(START + ms);
  });

  test.each([
    ['2026-10-09T10:00:00Z', Date.parse('2026-10-09T10:00:00Z')],
    ['2026-10-09T10:00', Date.parse('2026-10-09T10:00:00Z')],
    ['2026-10-09', Date.parse('2026-10-09T00:00:00Z')],
    ['2026-10-09 10:00:00 +02:00', Date.parse('2026-10-09T08:00:00Z')],
  ])('until %s', (value, at) => {
    const run = start(workflow([wait('w', { kind: 'until', value })]));
    expect(nextDeadline(run.state)).toBe(at);
  });

  test('a time that is over ends it at once, with its attempt', () => {
    const run = start(workflow([wait('w', { kind: 'until', value: '2001-01-01' })]));
    expect(run.state.status).toBe('COMPLETED');
    expect(taskOf(run.state, 'w')?.attempts).toMatchObject([{ status: 'COMPLETED' }]);
  });

  test('what is no time fails it before it waits', () => {
    const run = start(workflow([wait('w', { kind: 'until', value: '${workflow.handle}' })]));
    expect(run.state.ended?.reason).toBe('w: WaitError: until: "7F3K" is no ISO-8601 time');
    expect(taskOf(run.state, 'w')?.attempts).toEqual([]);
  });
});

describe('signals', () => {
  const two = () =>
    workflow([
      wait('w', signal('go')),
      wait('v', signal('go')),
      simple('a'),
      wait('x', signal('later'), { dependsOn: ['a'] }),
    ]);

  test('complete every WAIT of their name; the payload is the output', () => {
    const run = start(two());
    expect(whyOf(run.state).waiting[0]).toMatchObject({
      task: 'w',
      kind: 'signal',
      detail: 'go',
      fix: 'signal 7F3K go',
    });
    run.when(send('go', { n: 1 }));
    expect(taskOf(run.state, 'w')).toMatchObject({ status: 'COMPLETED', output: { n: 1 } });
    expect(taskOf(run.state, 'v')).toMatchObject({ status: 'COMPLETED', output: { n: 1 } });
  });

  test('are kept for a WAIT that is not reached, the last one counts', () => {
    const run = start(two());
    run.when(send('later', { n: 1 }));
    run.when(send('later', { n: 2 }));
    expect(run.statuses('x')).toEqual({ x: 'PENDING' });
    run.complete('a');
    expect(taskOf(run.state, 'x')).toMatchObject({ status: 'COMPLETED', output: { n: 2 } });
    expect(taskOf(run.state, 'x')?.attempts).toMatchObject([{ status: 'COMPLETED' }]);
  });

  test('are refused when their WAIT is over, unknown, or the run has ended', () => {
    const run = start(two());
    run.when(send('go'));
    expect(run.refused(send('go'))).toBe('SIGNAL_LATE');
    expect(run.refused(send('og'))).toBe('SIGNAL_UNKNOWN');
    expect(run.refused(send('later'), worker)).toBe('NOT_ALLOWED');
    run.when({ type: 'CancelRun', note: null });
    expect(run.refused(send('later'))).toBe('RUN_ENDED');
  });

  test('come to the same whether they are sent before or after each WAIT is reached', () => {
    const definition = workflow([
      simple('a'),
      wait('w', signal('go'), { dependsOn: ['a'] }),
      simple('b'),
      wait('v', signal('go'), { dependsOn: ['b'] }),
    ]);
    const steps = {
      a: (run: ReturnType<typeof start>) => run.complete('a'),
      b: (run: ReturnType<typeof start>) => run.complete('b'),
      s: (run: ReturnType<typeof start>) => run.when(send('go', { n: 7 })),
    };
    for (const order of ['abs', 'asb', 'bas', 'bsa', 'sab', 'sba']) {
      const run = start(definition);
      for (const key of order) if (key === 'a' || key === 'b' || key === 's') steps[key](run);
      expect(run.state.status, order).toBe('COMPLETED');
      expect(taskOf(run.state, 'v'), order).toMatchObject({ output: { n: 7 } });
    }
  });

  test('each iteration of a loop waits for its own, each item has the same', () => {
    const run = start(
      workflow([
        loop('l', [wait('w', signal('go'))], { while: '${l.iteration} < 2' }),
        each('e', wait('e', signal('go')), { items: [1, 2], concurrency: 1 }),
      ]),
    );
    run.when(send('go', { n: 1 }));
    expect(run.statuses('w.1', 'w.2', 'e.0', 'e.1')).toEqual({
      'w.1': 'COMPLETED',
      'w.2': 'IN_PROGRESS',
      'e.0': 'COMPLETED',
      'e.1': 'COMPLETED',
    });
    run.when(send('go', { n: 2 }));
    expect(run.state.status).toBe('COMPLETED');
  });

  test('are recorded while the run is paused; what follows starts with resume', () => {
    const run = start(workflow([wait('w', signal('go')), simple('a', { dependsOn: ['w'] })]));
    run.when({ type: 'PauseRun', note: null });
    run.when(send('go'));
    expect(run.statuses()).toEqual({ w: 'COMPLETED', a: 'PENDING' });
    run.when({ type: 'ResumeRun', note: null });
    expect(run.statuses('a')).toEqual({ a: 'IN_PROGRESS' });
  });

  test('that do not come in time end the attempt; the retry waits again', () => {
    const policy = retry({ maxAttempts: 2, initialDelay: 1000 });
    const run = start(workflow([wait('w', signal('go'), { timeout: 5000, retry: policy })]));
    run.after(5000);
    expect(taskOf(run.state, 'w')).toMatchObject({ status: 'RETRYING' });
    run.after(1000);
    expect(taskOf(run.state, 'w')?.attempts).toMatchObject([
      {
        status: 'TIMED_OUT',
        error: { type: 'TimeoutError', message: 'no signal go within 5s (timeout)' },
      },
      { status: 'IN_PROGRESS' },
    ]);
    run.after(5000);
    expect(run.state).toMatchObject({ status: 'TIMED_OUT' });
    expect(run.state.ended?.reason).toBe('w: TimeoutError: no signal go within 5s (timeout)');
  });
});

describe('TERMINATE', () => {
  const ends = (rest: Parameters<typeof terminate>[1], more = {}) =>
    workflow(
      [
        simple('a'),
        simple('b'),
        terminate('t', { dependsOn: ['a'], ...rest }),
        simple('c', { dependsOn: ['b'] }),
      ],
      { output: [{ name: 'v', description: null, value: null }], ...more },
    );

  test('ends the run COMPLETED with the output it computes; what is open is cancelled', () => {
    const run = start(ends({}));
    run.complete('a', { v: 1 });
    expect(run.state).toMatchObject({
      status: 'COMPLETED',
      ended: { cause: 'terminate', task: 't', reason: null, output: { v: 1 } },
    });
    expect(run.statuses()).toEqual({
      a: 'COMPLETED',
      b: 'CANCELLED',
      t: 'COMPLETED',
      c: 'CANCELLED',
    });
    expect(taskOf(run.state, 'b')).toMatchObject({ reason: 't ended the run' });
    expect(taskOf(run.state, 'c')?.attempts).toEqual([]);
    expect(taskOf(run.state, 't')?.attempts).toEqual([]);
  });

  test('its output replaces the output of the run, its reason is the reason', () => {
    const run = start(
      ends({ status: 'CANCELLED', reason: 'not ${a.output.v}', runOutput: { w: '${a.output.v}' } }),
    );
    run.complete('a', { v: 1 });
    expect(run.state).toMatchObject({
      status: 'CANCELLED',
      ended: { reason: 'not 1', output: { w: 1 } },
    });
    expect(taskOf(run.state, 'b')).toMatchObject({ reason: 't ended the run: not 1' });
    expect(only(run.history, 'FailureWorkflowRequested')).toEqual([]);
  });

  test('FAILED starts the failure workflow with the task as failed_task, and is not retried', () => {
    const run = start(
      ends(
        { status: 'FAILED', reason: 'no' },
        { failureWorkflow: { kind: 'definition', id: 'rescue' } },
      ),
    );
    const asked = only(run.complete('a'), 'FailureWorkflowRequested');
    expect(asked[0]?.input).toMatchObject({
      failed_task: 't',
      reason: 'no',
      failure_status: 'FAILED',
    });
    expect(run.refused({ type: 'RetryRun', note: null })).toBe('ENDED_BY_TERMINATE');
  });
});

test('variables are merged when their task completes', () => {
  const run = start(
    workflow([
      setVariable('v', { a: 1, b: '${workflow.input.x}' }),
      setVariable('w', { b: '${workflow.variables.b}!', c: null }, { dependsOn: ['v'] }),
      simple('z', { dependsOn: ['w'], input: { all: '${workflow.variables}' } }),
    ]),
    { x: 'y' },
  );
  expect(taskOf(run.state, 'v')).toMatchObject({ output: { a: 1, b: 'y' }, attempts: [] });
  expect(taskOf(run.state, 'z')?.attempts[0]?.input).toEqual({ all: { a: 1, b: 'y!', c: null } });
  expect(viewOf(run.state, { version: 1 }).variables).toEqual({ a: 1, b: 'y!', c: null });
});
