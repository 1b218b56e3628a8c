import { describe, expect, it } from 'vitest';
import { mayRetry, retryDelay } from '../../src/engine/backoff.ts';
import { nextDeadline } from '../../src/engine/deadline.ts';
import { retry, simple, workflow } from '../support/engine-definitions.ts';
import { only, start, types } from '../support/engine.ts';

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

  it('makes no attempt that would have no time at all', () => {
    const policy = retry({ maxAttempts: 9, initialDelay: 0, totalTimeout: 8000 });
    const run = start(workflow([simple('a', { retry: policy, timeout: null })]));
    run.after(8000);
    expect(run.state.tasks['a']?.attempts).toMatchObject([{ status: 'TIMED_OUT' }]);
    const late = start(workflow([simple('a', { retry: policy, timeout: null })]));
    late.now += 8000;
    late.fail('a');
    expect(late.state.ended?.reason).toBe('a: AgentError: it broke');
  });
});
