import { describe, expect, it } from 'vitest';
import { nextDeadline } from '../../src/engine/deadline.ts';
import { react } from '../../src/engine/react.ts';
import { viewOf } from '../../src/engine/view.ts';
import type { HumanTaskDefinition } from '../../src/engine/definition.ts';
import { decision, human, retry, simple, to, workflow } from '../support/engine-definitions.ts';
import { ana, bob, commander, only, start } from '../support/engine.ts';

const asking = (rest: Partial<HumanTaskDefinition> = {}) =>
  workflow([human('ask', rest), simple('next', { dependsOn: ['ask'] })]);

describe('a question to people', () => {
  it('opens an attempt and completes with what was chosen', () => {
    const run = start(asking({ input: { score: '${workflow.input.score}' } }), { score: 40 });
    expect(run.state.tasks['ask']).toMatchObject({
      status: 'PENDING_APPROVAL',
      attempts: [{ status: 'IN_PROGRESS', agent: null, input: { score: 40 } }],
    });
    expect(viewOf(run.state, { version: 1 }).waiting_for).toBe('person');
    run.when({ type: 'ChooseOption', task: null, option: 'approve', note: 'fine' }, commander);
    expect(run.state.tasks['ask']).toMatchObject({
      status: 'COMPLETED',
      output: {
        approval_decision: 'APPROVE',
        notes: 'fine',
        decided_by: 'Cmd',
        decided_at: '2025-10-09T08:53:20.000Z',
      },
    });
    expect(run.statuses('next')).toEqual({ next: 'IN_PROGRESS' });
  });

  it('fails without retry on REJECT', () => {
    const run = start(asking({ retry: retry({ maxAttempts: 3 }) }));
    run.when({ type: 'ChooseOption', task: 'ask', option: 'REJECT', note: 'no' }, commander);
    expect(run.state.ended?.reason).toBe('ask: Rejected: rejected by Cmd: no');
    expect(run.state.tasks['ask']).toMatchObject({ output: { approval_decision: 'REJECT' } });
    expect(
      run.refused({ type: 'ChooseOption', task: 'ask', option: 'APPROVE', note: null }, bob),
    ).toBe('ALREADY_DECIDED');
  });

  it('cancels the run on ABORT, and starts no failure workflow', () => {
    const definition = { ...asking(), failureWorkflow: { kind: 'definition', id: 'f' } as const };
    const run = start(definition);
    run.choose('ABORT');
    expect(run.state).toMatchObject({
      status: 'CANCELLED',
      ended: { task: 'ask', reason: 'ask: aborted by Cmd' },
    });
    expect(run.statuses()).toEqual({ ask: 'CANCELLED', next: 'CANCELLED' });
    expect(only(run.history, 'FailureWorkflowRequested')).toEqual([]);
  });

  it('records an ABORT of a paused run, and ends it on resume', () => {
    const run = start(asking());
    run.when({ type: 'PauseRun', note: null }, ana);
    run.choose('ABORT');
    expect(run.state.status).toBe('PAUSED');
    run.when({ type: 'ResumeRun', note: null }, ana);
    expect(run.state.status).toBe('CANCELLED');
  });

  it('tells others who decided; the first answer wins', () => {
    const run = start(asking());
    run.choose('APPROVE');
    expect(
      run.refused({ type: 'ChooseOption', task: 'ask', option: 'REJECT', note: null }, bob),
    ).toBe('ALREADY_DECIDED');
  });

  it.each([
    ['an option it does not have', { task: 'ask', option: 'MAYBE' }, 'OPTION_UNKNOWN'],
    ['a task that asks nothing', { task: 'next', option: 'APPROVE' }, 'NOT_A_QUESTION'],
    ['no such task', { task: 'constructor', option: 'APPROVE' }, 'TASK_UNKNOWN'],
  ])('refuses %s', (_name, choice, code) => {
    const run = start(asking());
    expect(run.refused({ type: 'ChooseOption', note: null, ...choice }, commander)).toBe(code);
  });

  it('needs a name only when several ask', () => {
    const run = start(workflow([human('one'), human('two')]));
    expect(
      run.refused({ type: 'ChooseOption', task: null, option: 'APPROVE', note: null }, commander),
    ).toBe('TASK_AMBIGUOUS');
    run.choose('APPROVE', commander, 'one');
    run.choose('APPROVE');
    expect(run.state.status).toBe('COMPLETED');
    expect(
      run.refused({ type: 'ChooseOption', task: null, option: 'APPROVE', note: null }, commander),
    ).toBe('NOTHING_ASKED');
  });
});

describe('a quorum', () => {
  it('counts one vote per person for the same option; a vote can be changed', () => {
    const run = start(asking({ quorum: 2 }));
    run.choose('APPROVE', bob);
    expect(run.choose('APPROVE', bob)).toEqual([]);
    run.choose('REJECT', commander);
    expect(run.statuses('ask')).toEqual({ ask: 'PENDING_APPROVAL' });
    run.choose('APPROVE', commander);
    expect(run.state.tasks['ask']).toMatchObject({
      status: 'COMPLETED',
      output: { decided_by: 'Bob, Cmd' },
    });
  });
});

describe('sending work back', () => {
  const REVISE = { REVISE: { description: 'once more', backTo: 'draft' } };
  const reviewed = () =>
    workflow([
      simple('plan'),
      simple('draft', {
        dependsOn: ['plan'],
        input: { said: '${self.previous_feedback ?? "nothing"}' },
        retry: retry({ maxAttempts: 2, initialDelay: 0 }),
      }),
      simple('print', { dependsOn: ['draft'] }),
      human('review', {
        dependsOn: ['draft'],
        options: ['APPROVE', 'REJECT', 'REVISE'],
        optionDetails: REVISE,
      }),
      simple('publish', { dependsOn: ['review', 'print'] }),
      simple('side'),
    ]);
  const revise = (note: string | null = 'shorter') =>
    ({ type: 'ChooseOption', task: 'review', option: 'REVISE', note }) as const;

  it('runs the task, what follows it and the question again, with the note', () => {
    const run = start(reviewed());
    run.complete('plan');
    run.complete('draft', { text: 'long' });
    const events = run.when(revise(), commander);
    const [gone] = only(events, 'GenerationStarted');
    expect(gone).toMatchObject({
      kind: 'push_back',
      from: 'draft',
      note: 'shorter',
      by: { name: 'Cmd' },
      runAgain: ['draft', 'print', 'review', 'publish'],
    });
    expect(run.statuses()).toEqual({
      plan: 'COMPLETED',
      draft: 'IN_PROGRESS',
      print: 'PENDING',
      review: 'PENDING',
      publish: 'PENDING',
      side: 'IN_PROGRESS',
    });
    // What was under way behind the task ends; what is beside it goes on.
    expect(run.state.tasks['print']?.attempts).toMatchObject([{ status: 'CANCELLED' }]);
    expect(run.state.tasks['side']).toMatchObject({ generation: 1, attempts: [{ attempt: 1 }] });
    expect(run.state.tasks['review']?.attempts).toMatchObject([
      { status: 'COMPLETED', output: { approval_decision: 'REVISE', notes: 'shorter' } },
    ]);
    expect(run.state.tasks['draft']?.attempts.at(-1)).toMatchObject({
      attempt: 2,
      generation: 2,
      input: { said: 'shorter' },
    });
    const [offer] = react(run.state).filter(
      (effect) => effect.type === 'OfferTask' && effect.task === 'draft',
    );
    expect(offer).toMatchObject({ previousFeedback: 'shorter' });
    // The retry policy begins anew, and the note stays with the task.
    run.fail('draft');
    expect(run.state.tasks['draft']?.attempts.at(-1)).toMatchObject({
      attempt: 3,
      input: { said: 'shorter' },
    });
    run.complete('draft');
    run.complete('print');
    run.choose('APPROVE');
    run.complete('publish');
    run.complete('side');
    expect(run.state).toMatchObject({ status: 'COMPLETED', generation: 2 });
    expect(viewOf(run.state, { version: 1 }).tasks[1]).toMatchObject({ feedback: 'shorter' });
  });

  it('tells in the view which options do', () => {
    const run = start(reviewed());
    run.complete('plan');
    run.complete('draft');
    const view = viewOf(run.state, { version: 1 }).tasks.find(({ id }) => id === 'review');
    expect(view?.approval?.details).toEqual({
      REVISE: { description: 'once more', back_to: 'draft' },
    });
  });

  it('waits for resume when the run is paused', () => {
    const run = start(reviewed());
    run.complete('plan');
    run.complete('draft');
    run.when({ type: 'PauseRun', note: null }, ana);
    run.when(revise(), commander);
    expect(run.state).toMatchObject({ status: 'PAUSED', generation: 1 });
    run.when({ type: 'ResumeRun', note: null }, ana);
    expect(run.state).toMatchObject({ status: 'RUNNING', generation: 2 });
  });

  it('is bounded', () => {
    const run = start(reviewed());
    run.complete('plan');
    for (let round = 0; round < 10; round += 1) {
      run.complete('draft');
      run.when(revise(null), commander);
    }
    expect(run.state.generation).toBe(11);
    run.complete('draft');
    run.when(revise(), commander);
    expect(run.state.ended?.reason).toMatch(
      /^review: PushBackLimit: the work was sent back 10 times/,
    );
  });

  it('takes a quorum like every decision', () => {
    const definition = workflow([
      simple('draft'),
      human('review', {
        dependsOn: ['draft'],
        quorum: 2,
        options: ['APPROVE', 'REVISE'],
        optionDetails: REVISE,
      }),
    ]);
    const run = start(definition);
    run.complete('draft');
    run.choose('REVISE', bob);
    expect(run.state.generation).toBe(1);
    run.choose('REVISE', commander);
    expect(run.state.generation).toBe(2);
    expect(run.statuses()).toEqual({ draft: 'IN_PROGRESS', review: 'PENDING' });
  });
});

describe('reminders', () => {
  it('come at half and at nine tenths, or when the definition says', () => {
    const times = (rest: Partial<HumanTaskDefinition>) => {
      const run = start(asking(rest));
      const [task] = viewOf(run.state, { version: 1 }).tasks;
      return task?.approval?.reminders.map((time) => Date.parse(time) - run.now);
    };
    expect(times({})).toEqual([]);
    expect(times({ approvalTimeout: 10_000 })).toEqual([5000, 9000]);
    expect(times({ approvalTimeout: 10_000, reminders: [1000, 60_000] })).toEqual([1000]);
    expect(times({ reminders: [1000, 60_000] })).toEqual([1000, 60_000]);
  });
});

describe('an expiry', () => {
  const expired = (action: string, nextTask: string | null = null, rest = {}) => {
    const run = start(
      workflow([
        human('ask', {
          approvalTimeout: 5000,
          onTimeout: { action, nextTask },
          options: ['APPROVE', 'REJECT', 'ABORT', 'FIX'],
          ...rest,
        }),
        simple('next', { dependsOn: ['ask'] }),
        simple('boss'),
        simple('other'),
      ]),
    );
    expect(nextDeadline(run.state)).toBe(run.now + 5000);
    run.after(5000);
    return run;
  };

  it('ESCALATE alerts and goes to next_task', () => {
    const run = expired('ESCALATE', 'boss');
    expect(only(run.history, 'AlertRaised')).toMatchObject([{ action: 'escalate' }]);
    expect(run.state.tasks['ask']).toMatchObject({
      status: 'COMPLETED',
      output: { approval_decision: null, escalated: true },
    });
    expect(run.statuses('boss', 'next')).toEqual({ boss: 'IN_PROGRESS', next: 'IN_PROGRESS' });
  });

  it.each([['missing'], [null]])('ESCALATE to %s alerts and fails', (nextTask) => {
    const run = expired('ESCALATE', nextTask);
    expect(only(run.history, 'AlertRaised')).toHaveLength(1);
    expect(run.state.tasks['ask']).toMatchObject({
      status: 'TIMED_OUT',
      error: { type: 'ApprovalTimeout' },
    });
    expect(run.state.status).toBe('TIMED_OUT');
  });

  it('CONTINUE completes without a decision', () => {
    const run = expired('CONTINUE');
    expect(run.state.tasks['ask']).toMatchObject({
      status: 'COMPLETED',
      output: { approval_decision: null, decided_by: null },
    });
  });

  it('FAIL fails, by the retry policy: the question is asked again', () => {
    expect(expired('FAIL').state.ended?.reason).toBe(
      'ask: ApprovalTimeout: nobody decided within 5s (approval_timeout)',
    );
    const run = expired('FAIL', null, { retry: retry({ maxAttempts: 2 }) });
    expect(run.statuses('ask')).toEqual({ ask: 'RETRYING' });
    run.after(1000);
    expect(run.state.tasks['ask']).toMatchObject({
      status: 'PENDING_APPROVAL',
      attempts: [{ status: 'TIMED_OUT' }, { status: 'IN_PROGRESS' }],
    });
  });

  it('CANCEL cancels the run', () => {
    expect(expired('CANCEL').state.status).toBe('CANCELLED');
  });

  it('an option is chosen by the system, whatever the quorum', () => {
    const run = expired('FIX', null, { quorum: 3 });
    expect(run.state.tasks['ask']).toMatchObject({
      status: 'COMPLETED',
      output: { approval_decision: 'FIX', decided_by: 'system' },
    });
  });

  it('skips next_task when a person decided', () => {
    const run = start(
      workflow([
        human('ask', {
          approvalTimeout: 5000,
          onTimeout: { action: 'ESCALATE', nextTask: 'boss' },
        }),
        simple('boss'),
      ]),
    );
    run.choose('APPROVE');
    expect(run.state.tasks['boss']).toMatchObject({ status: 'SKIPPED', by: 'decision' });
  });

  it('feeds a decision on what was chosen', () => {
    const run = start(
      workflow([
        human('ask', { options: ['PROCEED', 'FIX'] }),
        decision('gate', {
          dependsOn: ['ask'],
          param: '${ask.output.approval_decision}',
          cases: [to('PROCEED', ['go']), to('FIX', ['mend'])],
        }),
        simple('go'),
        simple('mend'),
      ]),
    );
    run.choose('FIX');
    expect(run.statuses('go', 'mend')).toEqual({ go: 'SKIPPED', mend: 'IN_PROGRESS' });
  });
});
