import { describe, expect, it } from 'vitest';
import { mayRetry, retryDelay } from '../../src/engine/backoff.ts';
import { nextDeadline } from '../../src/engine/deadline.ts';
import { fork, join, only, retry, simple, start, types, workflow } from '../support/engine.ts';

describe('whether there is another attempt', () => {
  const error = (type: string, retryable: boolean | null = null) => ({
    type,
    message: '',
    retryable,
    retryAfter: null,
  });
  it.each([
    ['attempts left', { maxAttempts: 3 }, error('X'), 1, true],
    ['none left', { maxAttempts: 3 }, error('X'), 3, false],
    ['not retryable', { maxAttempts: 3, retryOn: ['X'] }, error('X', false), 1, false],
    [
      'in dont_retry_on, although listed',
      { maxAttempts: 3, retryOn: ['X'], dontRetryOn: ['X'] },
      error('X', true),
      1,
      false,
    ],
    ['not listed', { maxAttempts: 3, retryOn: ['Y'] }, error('X', true), 1, false],
    ['listed', { maxAttempts: 3, retryOn: ['X'] }, error('X'), 1, true],
    [
      'a timeout needs no listing',
      { maxAttempts: 3, retryOn: ['X'] },
      error('TimeoutError'),
      1,
      true,
    ],
    [
      'a lease needs no listing',
      { maxAttempts: 3, retryOn: ['X'] },
      error('LeaseExpired'),
      1,
      true,
    ],
    [
      'a queue timeout needs no listing',
      { maxAttempts: 3, retryOn: [] },
      error('QueueTimeout'),
      1,
      true,
    ],
    [
      'a timeout in dont_retry_on',
      { maxAttempts: 3, dontRetryOn: ['TimeoutError'] },
      error('TimeoutError'),
      1,
      false,
    ],
  ])('%s', (_name, policy, failure, made, expected) => {
    expect(mayRetry(retry(policy), failure, made)).toBe(expected);
  });
});

describe('the delay before it', () => {
  it.each([
    [{ backoff: 'fixed' }, [1000, 1000, 1000]],
    [{ backoff: 'linear' }, [1000, 2000, 3000]],
    [{ backoff: 'exponential' }, [1000, 2000, 4000]],
    [{ backoff: 'exponential', maxDelay: 2500 }, [1000, 2000, 2500]],
    [{ backoff: 'linear', maxDelay: 1500 }, [1000, 1500, 1500]],
    [{ backoff: 'fixed', initialDelay: 0 }, [0, 0, 0]],
  ] as const)('%j', (policy, delays) => {
    expect([0, 1, 2].map((retries) => retryDelay(retry(policy), retries, 0.5, null))).toEqual(
      delays,
    );
  });

  it('only grows by jitter, after the cap', () => {
    const fraction = retry({ maxDelay: 1000, jitter: { kind: 'fraction', value: 0.5 } });
    expect(retryDelay(fraction, 5, 1, null)).toBe(1500);
    expect(retryDelay(fraction, 5, 0, null)).toBe(1000);
    const absolute = retry({ jitter: { kind: 'absolute', value: 300 } });
    expect(retryDelay(absolute, 0, 0.5, null)).toBe(1150);
  });

  it('is at least what the agent asked for, even past the cap', () => {
    expect(retryDelay(retry({ maxDelay: 1000 }), 0, 0, 9000)).toBe(9000);
    expect(retryDelay(retry({}), 0, 0, 10)).toBe(1000);
  });
});

describe('retries', () => {
  it('waits, then makes the next attempt with the reason and new inputs', () => {
    const run = start(
      workflow([
        simple('a', {
          retry: retry({ maxAttempts: 2 }),
          input: { n: '${self.attempt}', why: '${self.previous_failure.message ?? "none"}' },
        }),
      ]),
    );
    expect(types(run.fail('a', { message: 'no disk' }, { part: 1 }))).toEqual([
      'AttemptFailed',
      'RetryScheduled',
    ]);
    expect(run.statuses()).toEqual({ a: 'RETRYING' });
    expect(nextDeadline(run.state)).toBe(run.now + 1000);
    expect(run.after(999)).toEqual([]);
    const [second] = only(run.after(1), 'TaskDispatched');
    expect(second).toMatchObject({ attempt: 2, input: { n: 2, why: 'no disk' } });
    run.fail('a', { type: 'DiskError', message: 'full' }, { part: 2 });
    expect(run.state).toMatchObject({ status: 'FAILED', ended: { reason: 'a: DiskError: full' } });
    expect(run.state.tasks['a']).toMatchObject({
      status: 'FAILED',
      output: { part: 2 },
      attempts: [
        { status: 'FAILED', output: { part: 1 } },
        { status: 'FAILED', output: { part: 2 } },
      ],
    });
  });

  it('retries at once, in the same decision, without a delay', () => {
    const run = start(
      workflow([simple('a', { retry: retry({ maxAttempts: 2, initialDelay: 0 }) })]),
    );
    expect(types(run.fail('a'))).toEqual(['AttemptFailed', 'RetryScheduled', 'TaskDispatched']);
  });

  it('calls a failure without a type an AgentError', () => {
    const run = start(workflow([simple('a')]));
    run.fail('a', { type: '' });
    expect(run.state.ended?.reason).toBe('a: AgentError: it broke');
  });

  it('makes no retry that would start after total_timeout', () => {
    const run = start(
      workflow([
        simple('a', { retry: retry({ maxAttempts: 9, initialDelay: 5000, totalTimeout: 8000 }) }),
      ]),
    );
    run.now += 2000;
    run.fail('a');
    expect(run.statuses()).toEqual({ a: 'RETRYING' });
    run.after(5000);
    run.fail('a');
    expect(run.state.status).toBe('FAILED');
    expect(run.state.tasks['a']?.attempts).toHaveLength(2);
  });

  it('makes no retry whose time came while nobody looked and total_timeout passed', () => {
    const run = start(
      workflow([simple('a', { retry: retry({ maxAttempts: 9, totalTimeout: 8000 }) })]),
    );
    run.fail('a', { message: 'first' });
    run.after(60_000);
    expect(run.state.ended?.reason).toBe('a: AgentError: first');
  });

  it('ends an attempt still running at total_timeout, naming it', () => {
    const run = start(
      workflow([simple('a', { retry: retry({ maxAttempts: 9, totalTimeout: 8000 }) })]),
    );
    expect(nextDeadline(run.state)).toBe(run.now + 8000);
    run.after(8000);
    expect(run.state.status).toBe('TIMED_OUT');
    expect(run.state.ended?.reason).toMatch(/^a: TimeoutError: .*8s.*total_timeout/);
  });
});

describe('limits', () => {
  it('times an attempt out, naming the limit', () => {
    const run = start(workflow([simple('a', { timeout: 30_000 })]));
    run.after(29_999);
    expect(run.statuses()).toEqual({ a: 'IN_PROGRESS' });
    run.after(1);
    expect(run.state.tasks['a']).toMatchObject({
      status: 'TIMED_OUT',
      error: { type: 'TimeoutError', message: 'no answer from AGENT within 30s (timeout)' },
      attempts: [{ status: 'TIMED_OUT' }],
    });
    expect(run.state.status).toBe('TIMED_OUT');
  });

  it('ends an attempt nobody claims, but not one that was', () => {
    const run = start(workflow([simple('a', { queueTimeout: 5000 })]));
    run.when({ type: 'ClaimTask', task: 'a', attempt: 1, agent: 'AGENT' });
    run.after(6000);
    expect(run.statuses()).toEqual({ a: 'IN_PROGRESS' });
    const other = start(workflow([simple('a', { queueTimeout: 5000 })]));
    other.after(5000);
    expect(other.state.tasks['a']).toMatchObject({
      status: 'TIMED_OUT',
      error: { type: 'QueueTimeout' },
    });
  });

  it('ends an attempt whose lease ran out and makes the next', () => {
    const run = start(
      workflow([simple('a', { heartbeat: 2000, retry: retry({ maxAttempts: 2 }) })]),
    );
    run.when({ type: 'ExpireLease', task: 'a', attempt: 1 });
    expect(run.state.tasks['a']).toMatchObject({
      status: 'RETRYING',
      attempts: [{ status: 'TIMED_OUT', error: { type: 'LeaseExpired' } }],
    });
    expect(run.when({ type: 'ExpireLease', task: 'a', attempt: 1 })).toEqual([]);
  });

  it('decides everything due in order of due time; what ends the run ends the rest', () => {
    const run = start(
      workflow([simple('slow', { timeout: 50_000 }), simple('quick', { timeout: 10_000 })]),
    );
    const events = run.after(100_000);
    expect(types(events)).toEqual(['AttemptFailed', 'TaskFailed', 'TaskCancelled', 'RunEnded']);
    expect(run.state.ended?.reason).toMatch(/^quick: TimeoutError/);
    expect(run.state.tasks['slow']).toMatchObject({
      status: 'CANCELLED',
      attempts: [{ status: 'CANCELLED' }],
    });
    expect(nextDeadline(run.state)).toBeNull();
  });

  it('offers a deferred attempt again with a new lease, its time limit running on', () => {
    const run = start(workflow([simple('a', { timeout: 30_000 })]));
    const [first] = run.state.tasks['a']?.attempts ?? [];
    const answering = { task: 'a', attempt: 1, lease: first?.lease ?? '', agent: 'AGENT' };
    run.when({ type: 'DeferTask', ...answering, answer: 'd1', after: 5000 });
    expect(nextDeadline(run.state)).toBe(run.now + 5000);
    expect(types(run.after(5000))).toEqual(['TaskOffered']);
    const [row] = run.state.tasks['a']?.attempts ?? [];
    expect(row?.lease).not.toBe(first?.lease);
    expect(row).toMatchObject({ attempt: 1, offerAt: null, deadline: first?.deadline });
    const [ignored] = run.when({ type: 'CompleteTask', ...answering, answer: 'old', output: {} });
    expect(ignored).toMatchObject({ type: 'AnswerIgnored', cause: 'stale' });
    run.complete('a');
    expect(run.state.status).toBe('COMPLETED');
  });
});

describe('the run after a failure', () => {
  it('ends at once, cancelling what is open and what never started', () => {
    const run = start(workflow([simple('a'), simple('b'), simple('c', { dependsOn: ['b'] })]));
    run.fail('a');
    expect(run.statuses()).toEqual({ a: 'FAILED', b: 'CANCELLED', c: 'CANCELLED' });
    expect(run.state.tasks['c']).toMatchObject({ attempts: [], reason: 'a: AgentError: it broke' });
    expect(run.state.ended).toMatchObject({
      task: 'a',
      cause: 'task',
      reason: 'a: AgentError: it broke',
    });
  });

  it('goes on after `continue`', () => {
    const run = start(
      workflow([simple('a', { onFailure: 'continue' }), simple('b', { dependsOn: ['a'] })]),
    );
    run.fail('a');
    expect(run.state.tasks['a']).toMatchObject({
      status: 'COMPLETED_WITH_ERRORS',
      output: {},
      reason: 'AgentError: it broke',
    });
    run.complete('b');
    expect(run.state.status).toBe('COMPLETED');
  });

  it('lets siblings run on after `fail_after_siblings`, then fails with the first reason', () => {
    const siblings = { onFailure: 'fail_after_siblings' } as const;
    const run = start(
      workflow([
        fork('f', ['a', 'b', 'c']),
        simple('a', siblings),
        simple('a2', { dependsOn: ['a'] }),
        simple('b', siblings),
        simple('c'),
        simple('c2', { dependsOn: ['c'] }),
        join('j', ['a2', 'b', 'c2']),
        simple('end', { dependsOn: ['j'] }),
      ]),
    );
    run.fail('a', { message: 'one' });
    expect(run.statuses('a2', 'j')).toEqual({ a2: 'PENDING', j: 'PENDING' });
    run.now += 5;
    run.fail('b', { message: 'two' });
    run.complete('c');
    run.complete('c2', { ok: true });
    expect(run.state.tasks['j']).toMatchObject({
      status: 'FAILED',
      error: { message: 'a: AgentError: one; b: AgentError: two' },
    });
    expect(run.state).toMatchObject({
      status: 'FAILED',
      ended: { reason: 'a: AgentError: one (+1 more)', task: 'a' },
    });
    expect(run.statuses('a2', 'end')).toEqual({ a2: 'CANCELLED', end: 'CANCELLED' });
  });
});
