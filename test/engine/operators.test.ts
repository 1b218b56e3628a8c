import { describe, expect, it } from 'vitest';
import { retryPlan } from '../../src/engine/operator-preview.ts';
import { react } from '../../src/engine/react.ts';
import { human, join, retry, simple, workflow } from '../support/engine-definitions.ts';
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
