import { describe, expect, it } from 'vitest';
import { nextDeadline } from '../../src/engine/deadline.ts';
import { fork, join, retry, simple, workflow } from '../support/engine-definitions.ts';
import { start, types } from '../support/engine.ts';

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
