import { describe, expect, it } from 'vitest';
import { react } from '../../src/engine/react.ts';
import { retry, simple, workflow } from '../support/engine-definitions.ts';
import { only, start, types, type Scenario } from '../support/engine.ts';

const answer = (
  run: Scenario,
  over: Partial<{
    attempt: number | null;
    lease: string | null;
    answer: string;
    task: string;
  }> = {},
) =>
  run.when({
    type: 'CompleteTask',
    task: 'a',
    attempt: 1,
    lease: null,
    agent: 'AGENT',
    answer: 'x1',
    output: { n: 1 },
    ...over,
  });

const cause = (events: ReturnType<typeof answer>) =>
  only(events, 'AnswerIgnored').map((event) => event.cause);

describe('answers that change nothing', () => {
  it('decides on the same answer once', () => {
    const run = start(workflow([simple('a'), simple('b')]));
    expect(types(answer(run))).toEqual(['TaskCompleted']);
    expect(answer(run)).toEqual([]);
  });

  it('calls a second answer for an answered attempt a duplicate, and logs it once', () => {
    const run = start(workflow([simple('a'), simple('b')]));
    answer(run);
    expect(cause(answer(run, { answer: 'x2' }))).toEqual(['duplicate']);
    expect(answer(run, { answer: 'x2' })).toEqual([]);
    expect(run.state.tasks['a']).toMatchObject({ output: { n: 1 } });
  });

  it('calls an answer after a timeout late, on a run that ended too', () => {
    const run = start(workflow([simple('a')]));
    run.after(60_000);
    expect(run.state.status).toBe('TIMED_OUT');
    expect(cause(answer(run))).toEqual(['late']);
    expect(run.state.status).toBe('TIMED_OUT');
  });

  it('calls an answer to an old attempt or lease stale', () => {
    const run = start(
      workflow([simple('a', { retry: retry({ maxAttempts: 3, initialDelay: 0 }) })]),
    );
    run.fail('a');
    expect(cause(answer(run, { attempt: 1 }))).toEqual(['stale']);
    expect(cause(answer(run, { attempt: 2, lease: 'wrong', answer: 'x3' }))).toEqual(['stale']);
    expect(types(answer(run, { attempt: null, answer: 'x4' }))).toContain('TaskCompleted');
  });

  it.each(['zzz', 'constructor', '__proto__'])('calls an answer for task %s foreign', (task) => {
    const run = start(workflow([simple('a')]));
    expect(cause(answer(run, { task }))).toEqual(['foreign']);
  });

  it('records what the queue could not use, once', () => {
    const run = start(workflow([simple('a')]));
    const command = {
      type: 'IgnoreAnswer',
      task: 'a',
      cause: 'unreadable',
      answer: 'u',
      detail: 'half',
    } as const;
    expect(types(run.when(command))).toEqual(['AnswerIgnored']);
    expect(run.when(command)).toEqual([]);
  });
});

describe('news of an attempt', () => {
  it('is kept while it is open, and changes nothing after', () => {
    const run = start(workflow([simple('a'), simple('b')]));
    const news = {
      type: 'ReportProgress',
      task: 'a',
      attempt: null,
      percent: 40,
      message: 'half way',
    } as const;
    expect(types(run.when(news))).toEqual(['TaskProgressed']);
    expect(run.when(news)).toEqual([]);
    expect(run.when({ ...news, attempt: 7 })).toEqual([]);
    run.complete('a');
    expect(run.when({ ...news, percent: 50 })).toEqual([]);
  });

  it('takes a claim once', () => {
    const run = start(workflow([simple('a')]));
    const claim = { type: 'ClaimTask', task: 'a', attempt: 1, agent: 'AGENT' } as const;
    expect(types(run.when(claim))).toEqual(['TaskClaimed']);
    expect(run.when(claim)).toEqual([]);
    expect(run.when({ ...claim, attempt: 2 })).toEqual([]);
  });
});

describe('slots', () => {
  it('queues by priority what finds none, and dispatches on a grant', () => {
    const definition = workflow([simple('a'), simple('b', { priority: 5 }), simple('c')]);
    const run = start(definition, {}, { freeSlots: { AGENT: 1 } });
    expect(run.statuses()).toEqual({ a: 'PENDING', b: 'IN_PROGRESS', c: 'PENDING' });
    run.freeSlots = { AGENT: 0 };
    expect(types(run.complete('b'))).toEqual(['TaskCompleted']);
    expect(types(run.when({ type: 'GrantSlot', task: 'a' }))).toEqual(['TaskDispatched']);
    expect(run.when({ type: 'GrantSlot', task: 'a' })).toEqual([]);
    expect(run.statuses()).toEqual({ a: 'IN_PROGRESS', b: 'COMPLETED', c: 'PENDING' });
  });

  it('counts down within one decision and needs none for functions', () => {
    const run = start(
      workflow([
        simple('a'),
        simple('b'),
        simple('f', { executor: { kind: 'function', name: 'AGENT' } }),
      ]),
      {},
      { freeSlots: { AGENT: 1 } },
    );
    expect(run.statuses()).toEqual({ a: 'IN_PROGRESS', b: 'PENDING', f: 'IN_PROGRESS' });
  });

  it('holds none while a retry waits, and queues again when it is due', () => {
    const run = start(
      workflow([simple('a', { retry: retry({ maxAttempts: 2 }) })]),
      {},
      { freeSlots: { AGENT: 1 } },
    );
    run.fail('a');
    run.freeSlots = { AGENT: 0 };
    expect(types(run.after(1000))).toEqual(['TaskQueued']);
    expect(run.after(1000)).toEqual([]);
    expect(types(run.when({ type: 'GrantSlot', task: 'a' }))).toEqual(['TaskDispatched']);
  });
});

describe('what the world owes', () => {
  it('is an offer or a call for every open attempt, with its own key', () => {
    const run = start(
      workflow([
        simple('a', { retry: retry({ maxAttempts: 2, initialDelay: 0 }) }),
        simple('f', { executor: { kind: 'function', name: 'notify_team' } }),
      ]),
    );
    const [offer, call] = react(run.state);
    expect(offer).toMatchObject({
      type: 'OfferTask',
      task: 'a',
      attempt: 1,
      previousFailure: null,
    });
    expect(call).toMatchObject({ type: 'CallFunction', name: 'notify_team' });
    run.fail('a', { message: 'first' });
    const again = react(run.state);
    expect(again[0]).toMatchObject({ attempt: 2, previousFailure: 'AgentError: first' });
    expect(again[0]?.key).not.toBe(offer?.key);
    run.fail('a');
    expect(react(run.state)).toEqual([]);
  });
});
