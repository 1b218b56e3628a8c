import { describe, expect, it } from 'vitest';
import { explainOf } from '../../src/engine/explain.ts';
import { retryPlan } from '../../src/engine/operator-preview.ts';
import { react } from '../../src/engine/react.ts';
import { viewOf } from '../../src/engine/view.ts';
import { whyOf } from '../../src/engine/why.ts';
import type { Json } from '../../src/lib/json.ts';
import {
  decision,
  human,
  join,
  retry,
  simple,
  to,
  workflow,
} from '../support/engine-definitions.ts';
import { ana, bob, only, start, types, worker } from '../support/engine.ts';

const two = () => workflow([simple('a'), simple('b', { dependsOn: ['a'] })]);
const note = null;

describe('pause and resume', () => {
  it('records answers while paused; what follows starts on resume', () => {
    const run = start(two());
    expect(types(run.when({ type: 'PauseRun', note }, ana))).toEqual(['RunPaused']);
    expect(react(run.state)).toHaveLength(1);
    expect(types(run.complete('a'))).toEqual(['TaskCompleted']);
    expect(run.statuses()).toEqual({ a: 'COMPLETED', b: 'PENDING' });
    expect(types(run.when({ type: 'ResumeRun', note }, ana))).toEqual([
      'RunResumed',
      'TaskDispatched',
    ]);
  });

  it('changes nothing when the run is in that state already', () => {
    const run = start(two());
    expect(run.when({ type: 'ResumeRun', note }, ana)).toEqual([]);
    run.when({ type: 'PauseRun', note }, ana);
    expect(run.when({ type: 'PauseRun', note }, ana)).toEqual([]);
  });

  it('lets a failure end the run on resume, not before', () => {
    const run = start(two());
    run.when({ type: 'PauseRun', note }, ana);
    run.fail('a');
    expect(run.state.status).toBe('PAUSED');
    run.when({ type: 'ResumeRun', note }, ana);
    expect(run.state).toMatchObject({
      status: 'FAILED',
      ended: { reason: 'a: AgentError: it broke' },
    });
  });

  it('lets the clocks of attempts and retries run on, without dispatching', () => {
    const run = start(workflow([simple('a', { retry: retry({ maxAttempts: 3 }), timeout: 5000 })]));
    run.when({ type: 'PauseRun', note }, ana);
    expect(types(run.after(5000))).toEqual(['AttemptFailed', 'RetryScheduled']);
    expect(run.after(5000)).toEqual([]);
    expect(types(run.when({ type: 'ResumeRun', note }, ana))).toEqual([
      'RunResumed',
      'TaskDispatched',
    ]);
  });

  it('is refused for a run that ended', () => {
    const run = start(two());
    run.fail('a');
    expect(run.refused({ type: 'PauseRun', note }, ana)).toBe('RUN_ENDED');
    expect(run.refused({ type: 'ResumeRun', note }, ana)).toBe('RUN_ENDED');
  });
});

describe('cancel', () => {
  it('ends the run with everything open, saying who and why', () => {
    const run = start(two());
    const events = run.when({ type: 'CancelRun', note: 'wrong folder' }, ana);
    expect(types(events)).toEqual(['TaskCancelled', 'TaskCancelled', 'RunEnded']);
    expect(run.state).toMatchObject({
      status: 'CANCELLED',
      ended: { reason: 'cancelled by Ana: wrong folder', cause: 'cancel' },
    });
    expect(run.state.tasks['b']).toMatchObject({
      attempts: [],
      reason: 'cancelled by Ana: wrong folder',
    });
    expect(run.when({ type: 'CancelRun', note }, ana)).toEqual([]);
    expect(react(run.state)).toEqual([]);
  });

  it('works on a paused run and is refused for one that completed', () => {
    const run = start(two());
    run.when({ type: 'PauseRun', note }, ana);
    run.when({ type: 'CancelRun', note }, ana);
    expect(run.state.status).toBe('CANCELLED');
    const done = start(workflow([simple('a')]));
    done.complete('a');
    expect(done.refused({ type: 'CancelRun', note }, ana)).toBe('RUN_ENDED');
  });
});

describe('retry', () => {
  it('runs again what failed or was cancelled and keeps the rest, in a new generation', () => {
    const run = start(
      workflow([
        simple('ok'),
        simple('bad', { dependsOn: ['ok'], retry: retry({ maxAttempts: 2, initialDelay: 0 }) }),
        join('meet', ['bad']),
        simple('end', { dependsOn: ['meet'] }),
      ]),
    );
    run.complete('ok', { n: 1 });
    run.fail('bad');
    run.fail('bad');
    expect(retryPlan(run.state)).toEqual({ runAgain: ['bad', 'meet', 'end'], kept: ['ok'] });
    expect(types(run.when({ type: 'RetryRun', note }, ana))).toEqual([
      'GenerationStarted',
      'TaskDispatched',
    ]);
    expect(run.state).toMatchObject({ status: 'RUNNING', generation: 2, ended: null });
    expect(run.state.tasks['ok']).toMatchObject({ generation: 1, output: { n: 1 } });
    expect(
      run.state.tasks['bad']?.attempts.map((row) => [row.attempt, row.generation, row.status]),
    ).toEqual([
      [1, 1, 'FAILED'],
      [2, 1, 'FAILED'],
      [3, 2, 'IN_PROGRESS'],
    ]);
    // max_attempts begins anew.
    run.fail('bad');
    expect(run.statuses('bad')).toEqual({ bad: 'IN_PROGRESS' });
    run.complete('bad');
    run.complete('end');
    expect(run.state.status).toBe('COMPLETED');
  });

  it('is refused for open and completed runs', () => {
    const run = start(workflow([simple('a')]));
    expect(run.refused({ type: 'RetryRun', note }, ana)).toBe('RUN_OPEN');
    run.complete('a');
    expect(run.refused({ type: 'RetryRun', note }, ana)).toBe('RUN_COMPLETED');
  });

  it('works for a cancelled run in which nothing had started badly', () => {
    const run = start(two());
    run.complete('a');
    run.when({ type: 'CancelRun', note }, ana);
    run.when({ type: 'RetryRun', note }, ana);
    expect(run.statuses()).toEqual({ a: 'COMPLETED', b: 'IN_PROGRESS' });
  });

  it('is refused for a run ended by a check', () => {
    const definition = workflow([simple('a', { onFailure: 'continue' })], {
      postChecks: [{ check: 'all_tasks_completed', error: null }],
    });
    const run = start(definition);
    run.fail('a');
    expect(run.state.ended).toMatchObject({ cause: 'check' });
    expect(run.refused({ type: 'RetryRun', note }, ana)).toBe('ENDED_BY_CHECK');
  });
});

describe('rerun', () => {
  const chain = () =>
    workflow([
      simple('a'),
      simple('b', { dependsOn: ['a'], input: { from: '${a.output.n}' } }),
      decision('gate', { dependsOn: ['b'], param: '${b.output.go}', cases: [to('yes', ['c'])] }),
      simple('c'),
      simple('side'),
      simple('late', { dependsOn: ['side'] }),
    ]);
  const ended = () => {
    const run = start(chain());
    run.complete('a', { n: 1 });
    run.complete('b', { go: 'yes' });
    run.complete('c');
    run.complete('side');
    run.complete('late');
    return run;
  };
  const plain = { input: null, latest: null, note };

  it('runs the task and all behind it again, through decisions too, and keeps the rest', () => {
    const run = ended();
    const [gone] = only(
      run.when({ type: 'RerunRun', task: 'b', ...plain }, ana),
      'GenerationStarted',
    );
    expect(gone).toMatchObject({ kind: 'rerun', from: 'b', runAgain: ['b', 'gate', 'c'] });
    expect(run.state).toMatchObject({ status: 'RUNNING', generation: 2 });
    expect(run.state.tasks['a']).toMatchObject({ generation: 1, status: 'COMPLETED' });
    expect(run.state.tasks['b']?.attempts).toMatchObject([
      { attempt: 1, generation: 1, status: 'COMPLETED' },
      { attempt: 2, generation: 2, status: 'IN_PROGRESS', input: { from: 1 } },
    ]);
    run.complete('b', { go: 'no' });
    expect(run.state.tasks['c']).toMatchObject({
      status: 'SKIPPED',
      by: 'decision',
      attempts: [{}],
    });
    expect(run.state.status).toBe('COMPLETED');
  });

  it('runs again whatever ended badly as well', () => {
    const run = start(chain());
    run.complete('a', { n: 1 });
    run.complete('side');
    run.fail('b');
    run.when({ type: 'RerunRun', task: 'late', ...plain }, ana);
    expect(run.statuses()).toEqual({
      a: 'COMPLETED',
      b: 'IN_PROGRESS',
      gate: 'PENDING',
      c: 'PENDING',
      side: 'COMPLETED',
      late: 'IN_PROGRESS',
    });
  });

  it('without a task is a restart: everything, with another input if one is given', () => {
    const run = ended();
    const input = { values: { folder: 'b' }, defaulted: [] };
    const events = run.when({ type: 'RerunRun', task: null, input, latest: null, note: 'x' }, ana);
    expect(only(events, 'GenerationStarted')).toMatchObject([{ kind: 'restart', note: 'x' }]);
    expect(run.state).toMatchObject({ input: { folder: 'b' }, generation: 2, ended: null });
    expect(Object.values(run.statuses()).filter((status) => status === 'COMPLETED')).toEqual([]);
  });

  it('takes the latest definition: new tasks run, those it lacks are gone from the view', () => {
    const run = ended();
    const latest = {
      definition: workflow([simple('a'), simple('b', { dependsOn: ['a'] }), simple('new')]),
      sha256: '1'.repeat(64),
    };
    run.when({ type: 'RerunRun', task: 'b', input: null, latest, note }, ana);
    expect(run.statuses()).toEqual({ a: 'COMPLETED', b: 'IN_PROGRESS', new: 'IN_PROGRESS' });
    expect(run.state.sha256).toBe('1'.repeat(64));
    run.complete('b');
    run.complete('new');
    expect(run.state.status).toBe('COMPLETED');
  });

  it('lets the clocks begin anew for what runs again', () => {
    const policy = retry({ maxAttempts: 2, initialDelay: 0, totalTimeout: 5000 });
    const run = start(workflow([simple('a', { retry: policy, timeout: null })], { timeout: 9000 }));
    run.now += 4000;
    run.fail('a');
    run.fail('a');
    run.now += 60_000;
    run.when({ type: 'RerunRun', task: 'a', ...plain }, ana);
    expect(run.state.tasks['a']?.attempts.at(-1)).toMatchObject({ deadline: run.now + 5000 });
    run.fail('a');
    expect(run.statuses()).toEqual({ a: 'IN_PROGRESS' });
    run.after(5000);
    expect(run.state.ended?.reason).toMatch(/total_timeout/);
  });

  it('is refused for open runs, unknown tasks and strangers', () => {
    const run = start(chain());
    expect(run.refused({ type: 'RerunRun', task: 'a', ...plain }, ana)).toBe('RUN_OPEN');
    const over = ended();
    expect(over.refused({ type: 'RerunRun', task: 'constructor', ...plain }, ana)).toBe(
      'TASK_UNKNOWN',
    );
    expect(over.refused({ type: 'RerunRun', task: 'a', ...plain }, worker)).toBe('NOT_ALLOWED');
  });

  it('of a run that a check ended is possible, a retry is not', () => {
    const run = start(
      workflow([simple('a', { onFailure: 'continue' })], {
        postChecks: [{ check: 'all_tasks_completed', error: null }],
      }),
    );
    run.fail('a');
    run.when({ type: 'RerunRun', task: null, ...plain }, ana);
    run.complete('a');
    expect(run.state.status).toBe('COMPLETED');
  });
});

describe('skip', () => {
  const skip = (task: string, output: Json = {}) =>
    ({ type: 'SkipTask', task, output, note: 'done by hand' }) as const;
  const three = () =>
    workflow([
      simple('a'),
      simple('b', { dependsOn: ['a'] }),
      simple('c', { dependsOn: ['b'], input: { n: '${b.output.n}' } }),
    ]);

  it('waits for what the task depends on, then counts as COMPLETED with the output given', () => {
    const run = start(three());
    expect(types(run.when(skip('b', { n: 7 }), ana))).toEqual(['TaskSkipRequested']);
    expect(run.when(skip('b', { n: 7 }), ana)).toEqual([]);
    expect(run.statuses()).toEqual({ a: 'IN_PROGRESS', b: 'PENDING', c: 'PENDING' });
    run.complete('a');
    expect(run.state.tasks['b']).toMatchObject({
      status: 'SKIPPED',
      by: 'operator',
      reason: 'skipped by Ana: done by hand',
      attempts: [],
    });
    expect(run.state.tasks['c']).toMatchObject({ attempts: [{ input: { n: 7 } }] });
  });

  it('is asked before `when`, after a decision', () => {
    const run = start(
      workflow([
        simple('a'),
        simple('b', { dependsOn: ['a'], when: '${workflow.input.none} > 1' }),
        decision('gate', { dependsOn: ['a'], param: 'x', cases: [to('yes', ['untaken'])] }),
        simple('untaken'),
        simple('end', { dependsOn: ['untaken'] }),
      ]),
      { none: null },
    );
    run.when(skip('b'), ana);
    run.when(skip('untaken'), ana);
    run.complete('a');
    expect(run.state.tasks['b']).toMatchObject({ status: 'SKIPPED', by: 'operator' });
    expect(run.state.tasks['untaken']).toMatchObject({ status: 'SKIPPED', by: 'decision' });
    expect(run.state.tasks['end']).toMatchObject({ status: 'SKIPPED', by: 'dependencies' });
  });

  it('counts behind skipped dependencies, and in a JOIN', () => {
    const run = start(
      workflow([
        simple('a', { when: '${workflow.input.no} == true' }),
        simple('b', { dependsOn: ['a'] }),
        join('meet', ['b', 'free']),
        simple('free'),
      ]),
      { no: false },
    );
    expect(run.state.tasks['b']).toMatchObject({ status: 'SKIPPED', by: 'dependencies' });
    run.complete('free', { f: 1 });
    expect(run.state.tasks['meet']).toMatchObject({ output: { free: { f: 1 } } });

    const other = start(
      workflow([
        simple('x'),
        join('meet', ['b', 'x']),
        simple('b', { dependsOn: ['x'] }),
        simple('end', { dependsOn: ['meet'] }),
      ]),
    );
    other.when(skip('b', { n: 1 }), ana);
    other.when(skip('meet', { m: 2 }), ana);
    other.complete('x');
    expect(other.state.tasks['meet']).toMatchObject({ by: 'operator', output: { m: 2 } });
    expect(other.statuses('end')).toEqual({ end: 'IN_PROGRESS' });
  });

  it('of a task that waits for a slot, or of a paused run, takes effect at once or on resume', () => {
    const run = start(three(), {}, { freeSlots: { AGENT: 0 } });
    expect(run.state.tasks['a']).toMatchObject({ status: 'PENDING', queuedAt: run.now });
    run.when({ type: 'PauseRun', note }, ana);
    run.when(skip('a'), ana);
    expect(run.statuses('a')).toEqual({ a: 'PENDING' });
    run.when({ type: 'ResumeRun', note }, ana);
    expect(run.statuses('a', 'b')).toEqual({ a: 'SKIPPED', b: 'PENDING' });
  });

  it('is refused for tasks that started, ended or do not exist, and for ended runs', () => {
    const run = start(three());
    expect(run.refused(skip('a'), ana)).toBe('TASK_STARTED');
    expect(run.refused(skip('nothing'), ana)).toBe('TASK_UNKNOWN');
    expect(run.refused(skip('b'), worker)).toBe('NOT_ALLOWED');
    run.complete('a');
    expect(run.refused(skip('a'), ana)).toBe('TASK_ENDED');
    run.fail('b');
    expect(run.refused(skip('c'), ana)).toBe('RUN_ENDED');
  });
});

describe('explain', () => {
  it('says why each task is where it is', () => {
    const run = start(
      workflow([
        simple('a'),
        simple('b', { dependsOn: ['a'] }),
        simple('never', { when: '${workflow.input.no} == true' }),
        simple('bad'),
      ]),
      { no: false },
    );
    const why = () =>
      Object.fromEntries(
        explainOf(viewOf(run.state, { version: 1 })).tasks.map((one) => [one.task, one.why]),
      );
    expect(why()).toMatchObject({
      a: expect.stringMatching(/^waits for agent: AGENT, until /),
      b: 'waits for task: a',
      never: 'when: `${workflow.input.no} == true` is false (by when)',
    });
    run.fail('bad');
    expect(why()).toMatchObject({
      a: 'bad: AgentError: it broke',
      b: 'bad: AgentError: it broke',
      bad: 'AgentError: it broke after 1 attempt',
    });
    expect(whyOf(run.state).tasks.map(({ task }) => task)).toEqual(['a', 'b', 'never', 'bad']);
  });
});

describe('who may operate', () => {
  it.each(['PauseRun', 'ResumeRun', 'CancelRun', 'RetryRun'] as const)(
    '%s: the requester, L0 and L1',
    (type) => {
      const run = start(two());
      expect(run.refused({ type, note }, worker)).toBe('NOT_ALLOWED');
      if (type !== 'RetryRun') expect(() => run.when({ type, note }, bob)).not.toThrow();
    },
  );
});

describe("the run's time limit", () => {
  const limited = (policy: 'FAIL' | 'ALERT_ONLY' = 'FAIL') =>
    workflow([simple('a', { timeout: null })], { timeout: 10_000, timeoutPolicy: policy });

  it('ends it TIMED_OUT', () => {
    const run = start(limited());
    run.after(10_000);
    expect(run.state).toMatchObject({
      status: 'TIMED_OUT',
      ended: { cause: 'timeout', task: null },
    });
    expect(run.state.ended?.reason).toMatch(/10s \(timeout\)/);
    run.when({ type: 'RetryRun', note }, ana);
    run.after(9_999);
    expect(run.state.status).toBe('RUNNING');
    run.after(1);
    expect(run.state.status).toBe('TIMED_OUT');
  });

  it('only alerts, once, with ALERT_ONLY', () => {
    const run = start(limited('ALERT_ONLY'));
    expect(types(run.after(10_000))).toEqual(['AlertRaised']);
    expect(run.after(10_000)).toEqual([]);
  });

  it('does not count paused time', () => {
    const run = start(limited());
    run.now += 4000;
    run.when({ type: 'PauseRun', note }, ana);
    expect(run.after(60_000)).toEqual([]);
    run.when({ type: 'ResumeRun', note }, ana);
    expect(run.after(5999)).toEqual([]);
    run.after(1);
    expect(run.state.status).toBe('TIMED_OUT');
  });

  it('does not count time in which only a person can move the run', () => {
    const run = start(
      workflow([human('ask'), simple('a', { dependsOn: ['ask'], timeout: null })], {
        timeout: 10_000,
      }),
    );
    expect(run.after(3_600_000)).toEqual([]);
    run.choose('APPROVE');
    expect(run.after(9_999)).toEqual([]);
    expect(only(run.after(1), 'RunEnded')).toHaveLength(1);
  });
});
