import { describe, expect, it } from 'vitest';
import type { Parent } from '../../src/engine/events.ts';
import { createRunId } from '../../src/engine/ids.ts';
import { react } from '../../src/engine/react.ts';
import { viewOf } from '../../src/engine/view.ts';
import { whyOf } from '../../src/engine/why.ts';
import type { SubWorkflowTaskDefinition } from '../../src/engine/definition.ts';
import { join, retry, simple, subWorkflow, workflow } from '../support/engine-definitions.ts';
import { ana, only, RUN, start, type Scenario } from '../support/engine.ts';

const childOf = (run: Scenario, task = 'sub') => {
  const child = run.state.tasks[task]?.attempts.at(-1)?.child;
  if (child === null || child === undefined) throw new Error(`${task} has no child`);
  return child;
};

const end = (
  run: Scenario,
  status: 'COMPLETED' | 'FAILED' | 'TIMED_OUT' | 'CANCELLED',
  task = 'sub',
) => {
  const attempt = run.state.tasks[task]?.attempts.length ?? 0;
  const { generation } = childOf(run, task);
  const error = { type: 'ChildFailed', message: 'it broke', retryable: null, retryAfter: null };
  const ending =
    status === 'COMPLETED'
      ? ({ status, output: { n: 1 } } as const)
      : status === 'CANCELLED'
        ? ({ status, reason: 'it was cancelled' } as const)
        : ({ status, error, output: {} } as const);
  return run.when({ type: 'EndChild', task, attempt, generation, ending });
};

const flow = (rest: Partial<SubWorkflowTaskDefinition> = {}) =>
  workflow([
    subWorkflow('sub', 'other', { input: { n: '${workflow.input.n}' }, ...rest }),
    simple('next', { dependsOn: ['sub'], input: { got: '${sub.output}' } }),
    simple('side'),
  ]);

describe('a child run', () => {
  it('is owed while its attempt is open, is named in the views, and gives its output', () => {
    const run = start(flow({ workflow: '${workflow.input.which}', version: 2 }), {
      n: 3,
      which: 'other',
    });
    const child = childOf(run);
    expect(child).toMatchObject({ generation: 1, workflow: 'other', version: 2 });
    expect(react(run.state).filter(({ type }) => type === 'RunChild')).toMatchObject([
      { key: `child:${RUN}:sub:1`, task: 'sub', attempt: 1, child },
    ]);
    const view = viewOf(run.state, { version: 1 });
    expect(view.children).toEqual([child.run]);
    expect(view.tasks[0]).toMatchObject({
      input: { n: 3 },
      waiting_for: { kind: 'child', detail: `other ${child.run}` },
      attempts: [{ child: child.run, agent: null }],
    });
    expect(whyOf(run.state).waiting[0]?.fix).toContain(`why ${child.run}`);
    end(run, 'COMPLETED');
    expect(run.state.tasks['next']?.attempts).toMatchObject([{ input: { got: { n: 1 } } }]);
    expect(react(run.state).some(({ type }) => type === 'RunChild')).toBe(false);
  });

  it.each([
    ['FAILED', 'FAILED', 'sub: ChildFailed: it broke'],
    ['TIMED_OUT', 'TIMED_OUT', 'sub: ChildFailed: it broke'],
    ['CANCELLED', 'CANCELLED', 'sub: it was cancelled'],
  ] as const)('that ends %s ends its task the same way', (ending, status, reason) => {
    const run = start(flow(), { n: 1 });
    end(run, ending);
    expect(run.state).toMatchObject({ status, ended: { task: 'sub', reason } });
    expect(run.state.tasks['sub']).toMatchObject({ status, attempts: [{ status }] });
    expect(run.statuses('side')).toEqual({ side: 'CANCELLED' });
  });

  it.each(['FAILED', 'TIMED_OUT', 'CANCELLED'] as const)(
    'that ends %s is tolerated by `continue`',
    (ending) => {
      const run = start(flow({ onFailure: 'continue' }), { n: 1 });
      end(run, ending);
      expect(run.state.tasks['sub']).toMatchObject({
        status: 'COMPLETED_WITH_ERRORS',
        attempts: [{ status: ending }],
      });
      expect(run.statuses('next')).toEqual({ next: 'IN_PROGRESS' });
    },
  );

  it('that was cancelled lets the others run on under fail_after_siblings, and JOINs behind it fail', () => {
    const run = start(
      workflow([
        subWorkflow('sub', 'other', { onFailure: 'fail_after_siblings' }),
        simple('side'),
        join('meet', ['sub', 'side']),
      ]),
    );
    end(run, 'CANCELLED');
    expect(run.statuses()).toEqual({ sub: 'CANCELLED', side: 'IN_PROGRESS', meet: 'PENDING' });
    run.complete('side');
    expect(run.state).toMatchObject({ status: 'CANCELLED', ended: { task: 'sub' } });
    expect(run.state.tasks['meet']).toMatchObject({
      status: 'FAILED',
      error: { message: 'sub: it was cancelled' },
    });
  });

  it('has the next attempt of a retry policy get a new child, but not when it was cancelled', () => {
    const policy = retry({ maxAttempts: 3, initialDelay: 0 });
    const run = start(flow({ retry: policy }), { n: 1 });
    const first = childOf(run).run;
    end(run, 'FAILED');
    expect(childOf(run).run).not.toBe(first);
    expect(viewOf(run.state, { version: 1 }).children).toHaveLength(2);
    end(run, 'CANCELLED');
    expect(run.state.status).toBe('CANCELLED');
  });

  it('has a time limit of its own, named in the message', () => {
    const run = start(flow({ timeout: 5000 }), { n: 1 });
    run.after(5000);
    expect(run.state.ended?.reason).toMatch(/^sub: TimeoutError: other wf-.* 5s \(timeout\)$/);
  });

  it('of a closed attempt, or of an earlier generation, changes nothing', () => {
    const run = start(flow({ onFailure: 'continue' }), { n: 1 });
    end(run, 'FAILED');
    const ending = { status: 'COMPLETED', output: {} } as const;
    const late = { type: 'EndChild', task: 'sub', attempt: 1, generation: 1, ending } as const;
    expect(run.when(late)).toEqual([]);
    expect(run.when({ ...late, task: 'side' })).toEqual([]);
  });

  it('cannot be nested without end', () => {
    const parent: Parent = { run: RUN, task: 'sub', attempt: 1, depth: 16 };
    const run = start(flow(), { n: 1 }, { parent });
    expect(run.state.ended?.reason).toMatch(/^sub: SubWorkflowDepth: 16 runs/);
    expect(run.state.tasks['sub']?.attempts).toEqual([]);
  });

  it('is started for whoever started its parent, admitted or not', () => {
    const definition = flow();
    const closed = { ...definition.permissions, whoCanStart: ['L0'] };
    const parent: Parent = { run: RUN, task: 'sub', attempt: 1, depth: 1 };
    const run = start({ ...definition, permissions: closed }, { n: 1 }, { parent });
    expect(run.state.startedBy).toEqual(ana);
    expect(viewOf(run.state, { version: 1 }).parent).toEqual({ run: RUN, task: 'sub' });
  });
});

describe('going back with children', () => {
  const failed = () => {
    const run = start(flow(), { n: 1 });
    end(run, 'FAILED');
    return run;
  };

  it('retry goes on with the failed child in its next generation', () => {
    const run = failed();
    const child = childOf(run);
    run.when({ type: 'RetryRun', note: null }, ana);
    expect(childOf(run)).toEqual({ ...child, generation: 2 });
    end(run, 'COMPLETED');
    expect(run.statuses('sub')).toEqual({ sub: 'COMPLETED' });
  });

  it('retry --fresh and rerun start a new child', () => {
    const run = failed();
    const child = childOf(run);
    run.when({ type: 'RetryRun', note: null, fresh: true }, ana);
    expect(childOf(run)).toMatchObject({ generation: 1 });
    expect(childOf(run).run).not.toBe(child.run);
    const other = failed();
    const before = childOf(other).run;
    other.when({ type: 'RerunRun', task: 'sub', input: null, latest: null, note: null }, ana);
    expect(childOf(other).run).not.toBe(before);
  });

  it('a child that goes on opens the run that ended because of it, once', () => {
    const run = failed();
    const { run: child } = childOf(run);
    const reopen = { type: 'ReopenRun', task: 'sub', child, generation: 2 } as const;
    const [gone] = only(run.when(reopen), 'GenerationStarted');
    expect(gone).toMatchObject({ kind: 'reopen', from: 'sub', runAgain: ['sub', 'next', 'side'] });
    expect(childOf(run)).toMatchObject({ run: child, generation: 2 });
    expect(run.refused(reopen)).toBe('NOT_REOPENED');
    end(run, 'COMPLETED');
    expect(run.statuses('sub', 'next')).toEqual({ sub: 'COMPLETED', next: 'IN_PROGRESS' });
  });

  it('a child that went on by itself while its attempt was open is waited for', () => {
    const run = start(flow(), { n: 1 });
    const ending = { status: 'CANCELLED', reason: 'x' } as const;
    run.when({ type: 'EndChild', task: 'sub', attempt: 1, generation: 3, ending });
    expect(childOf(run).generation).toBe(3);
    run.when({ type: 'RetryRun', note: null }, ana);
    expect(childOf(run).generation).toBe(4);
  });

  it('leaves alone a run that completed, that runs, or that ended for another reason', () => {
    const other = createRunId(1_760_000_000_000, 'zzzzzzzzz');
    const reopen = (run: Scenario) =>
      ({ type: 'ReopenRun', task: 'sub', child: childOf(run).run, generation: 2 }) as const;
    const running = start(flow(), { n: 1 });
    expect(running.refused(reopen(running))).toBe('NOT_REOPENED');
    const stopped = start(flow(), { n: 1 });
    stopped.when({ type: 'CancelRun', note: null }, ana);
    expect(stopped.refused(reopen(stopped))).toBe('NOT_REOPENED');
    const elsewhere = start(flow(), { n: 1 });
    elsewhere.fail('side');
    expect(elsewhere.refused(reopen(elsewhere))).toBe('NOT_REOPENED');
    expect(elsewhere.refused({ ...reopen(elsewhere), child: other })).toBe('NOT_REOPENED');
    const done = start(workflow([subWorkflow('sub', 'other')]));
    end(done, 'COMPLETED');
    expect(done.refused(reopen(done))).toBe('NOT_REOPENED');
  });
});
