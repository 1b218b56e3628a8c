import { describe, expect, it } from 'vitest';
import { react } from '../../src/engine/react.ts';
import { whyOf } from '../../src/engine/why.ts';
import { simple, workflow } from '../support/engine-definitions.ts';
import { ana, only, RUN, start, types } from '../support/engine.ts';

const settled = { ok: true, value: null } as const;

describe('files', () => {
  const writing = workflow([
    simple('a', {
      outputTo: '.3ox/workflow-data/${workflow.id}.yaml',
      sideEffects: [
        {
          condition: '${a.output.score} < 80',
          action: 'create_file',
          file: 'ALERT.md',
          content: 'score ${a.output.score}',
        },
        { condition: 'score < 10', action: 'create_file', file: 'NEVER.md', content: '' },
      ],
      output: [{ name: 'score', description: null, value: null }],
    }),
  ]);

  it('are asked for when the task completes; the run ends when they are written', () => {
    const run = start(writing);
    expect(types(run.complete('a', { score: 50 }))).toEqual([
      'TaskCompleted',
      'FileRequested',
      'FileRequested',
    ]);
    const effects = react(run.state);
    expect(effects).toMatchObject([
      {
        type: 'WriteFile',
        path: `.3ox/workflow-data/${RUN}.yaml`,
        content: { score: 50 },
        format: 'yaml',
      },
      { type: 'WriteFile', path: 'ALERT.md', content: 'score 50', format: 'text' },
    ]);
    expect(whyOf(run.state).waiting.map(({ detail }) => detail)).toContain(
      'ALERT.md to be written',
    );
    const keys = effects.map(({ key }) => key);
    for (const key of keys) run.when({ type: 'RecordEffect', key, outcome: settled });
    expect(run.state.status).toBe('COMPLETED');
    expect(run.when({ type: 'RecordEffect', key: keys[0] ?? '', outcome: settled })).toEqual([]);
  });

  it('that cannot be written are a warning and change no status', () => {
    const run = start(workflow([simple('a', { outputTo: 'out.yaml' })]));
    run.complete('a');
    run.when({
      type: 'RecordEffect',
      key: react(run.state)[0]?.key ?? '',
      outcome: { ok: false, error: 'disk full' },
    });
    expect(run.state).toMatchObject({
      status: 'COMPLETED',
      warnings: [{ task: 'a', message: 'out.yaml was not written: disk full' }],
    });
  });

  it('wait while the run is paused', () => {
    const run = start(workflow([simple('a', { outputTo: 'out.yaml' })]));
    run.when({ type: 'PauseRun', note: null }, ana);
    run.complete('a');
    expect(react(run.state)).toEqual([]);
    run.when({ type: 'ResumeRun', note: null }, ana);
    expect(react(run.state)).toMatchObject([{ type: 'WriteFile' }]);
  });

  it('fail the task when their condition or template cannot be evaluated', () => {
    const run = start(workflow([simple('a', { outputTo: '${a.output.where}' })]));
    run.complete('a', {});
    expect(run.state.ended?.reason).toMatch(/^a: TemplateError: a\.output\.where/);
    expect(run.state.tasks['a']).toMatchObject({ attempts: [{ status: 'FAILED' }] });
  });
});

describe('post checks', () => {
  const checked = workflow([simple('a')], {
    postChecks: [
      { check: 'receipt_generated', error: null },
      { check: 'all_tasks_completed', error: null },
    ],
  });

  it('are made before the run completes, once', () => {
    const run = start(checked);
    expect(types(run.complete('a'))).toEqual(['TaskCompleted', 'ChecksRequested']);
    expect(run.when({ type: 'RecordMessage', key: 'card', ref: 'm1' })).toHaveLength(1);
    const [effect] = react(run.state);
    expect(effect).toMatchObject({ type: 'RunChecks' });
    run.when({ type: 'RecordEffect', key: effect?.key ?? '', outcome: settled });
    expect(run.state.status).toBe('COMPLETED');
  });

  it('fail the run, naming the check', () => {
    const run = start(checked);
    run.complete('a');
    const outcome = { ok: false, error: 'receipt_generated: no task wrote a receipt' } as const;
    run.when({ type: 'RecordEffect', key: react(run.state)[0]?.key ?? '', outcome });
    expect(run.state.status).toBe('FAILED');
    expect(run.state.ended?.reason).toContain('receipt_generated');
  });

  it('made during a pause count on resume', () => {
    const run = start(checked);
    run.complete('a');
    run.when({ type: 'PauseRun', note: null }, ana);
    run.when({ type: 'RecordEffect', key: react(run.state)[0]?.key ?? '', outcome: settled });
    expect(run.state.status).toBe('PAUSED');
    run.when({ type: 'ResumeRun', note: null }, ana);
    expect(run.state.status).toBe('COMPLETED');
  });
});

describe('the failure workflow', () => {
  const failing = workflow([simple('a'), simple('b')], {
    failureWorkflow: { kind: 'definition', id: 'rescue' },
  });

  it('is asked for in the record of the failure, with what failed', () => {
    const run = start(failing, { folder: 'X' });
    const events = run.fail('a', { type: 'DiskError', message: 'full' });
    expect(types(events).slice(-2)).toEqual(['RunEnded', 'FailureWorkflowRequested']);
    const [effect] = react(run.state);
    expect(effect).toMatchObject({
      type: 'StartFailureWorkflow',
      input: {
        folder: 'X',
        workflow_id: RUN,
        reason: 'a: DiskError: full',
        failure_status: 'FAILED',
        failed_task: 'a',
        failed_run: {
          status: 'FAILED',
          tasks: { a: { status: 'FAILED' }, b: { status: 'CANCELLED' } },
        },
      },
    });
    run.when({ type: 'RecordEffect', key: effect?.key ?? '', outcome: settled });
    expect(run.state.failureRun).toMatch(/^wf-/);
    expect(react(run.state)).toEqual([]);
  });

  it('says why when it cannot start, and comes once per generation', () => {
    const run = start(failing);
    run.fail('a');
    run.when({
      type: 'RecordEffect',
      key: react(run.state)[0]?.key ?? '',
      outcome: { ok: false, error: 'not known' },
    });
    expect(run.state).toMatchObject({
      failureRun: null,
      warnings: [{ message: 'the failure workflow did not start: not known' }],
    });
    run.when({ type: 'RetryRun', note: null }, ana);
    run.after(60_000);
    expect(run.state.status).toBe('TIMED_OUT');
    expect(only(run.history, 'FailureWorkflowRequested')).toHaveLength(2);
  });

  it('does not follow a cancel', () => {
    const run = start(failing);
    run.when({ type: 'CancelRun', note: null }, ana);
    expect(react(run.state)).toEqual([]);
  });
});
