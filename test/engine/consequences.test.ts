import { describe, expect, it } from 'vitest';
import { parseRunEvent } from '../../src/engine/parse-event.ts';
import { react } from '../../src/engine/react.ts';
import { viewOf } from '../../src/engine/view.ts';
import { whyOf } from '../../src/engine/why.ts';
import {
  ana,
  human,
  input,
  only,
  retry,
  RUN,
  simple,
  start,
  startOrder,
  types,
  workflow,
  decision,
  to,
  join,
  fork,
} from '../support/engine.ts';

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

describe('alerts', () => {
  const alerting = (condition: string) =>
    workflow(
      [
        simple('a', { retry: retry({ maxAttempts: 9, initialDelay: 0 }) }),
        simple('b', { dependsOn: ['a'] }),
      ],
      {
        monitoring: {
          reportFrequency: null,
          logTo: null,
          metrics: [],
          alerts: [{ condition, action: 'notify_team' }],
        },
      },
    );

  it.each([
    ['retry_count > 1', 2],
    ['execution_time > 5m', 2],
    ['task_success_rate < 80', 2],
    ['compliance_score < 80', 2],
    ['file_count == 3', 2],
  ])('%s is raised as tasks end, once', (condition) => {
    const run = start(alerting(condition));
    run.now += 50_000;
    run.fail('a');
    run.fail('a');
    run.now += 300_000;
    run.complete('a', { compliance_score: 50, total_files: 3 });
    run.complete('b', { compliance_score: 50 });
    expect(only(run.history, 'AlertRaised')).toHaveLength(1);
    expect(run.state.status).toBe('COMPLETED');
  });

  it('is not raised while nothing gives its metric', () => {
    const run = start(alerting('compliance_score < 80'));
    run.complete('a');
    run.complete('b');
    expect(only(run.history, 'AlertRaised')).toEqual([]);
  });
});

describe("a run's output", () => {
  it('is computed from templates and names, the last writer first', () => {
    const run = start(
      workflow([simple('a'), simple('b', { dependsOn: ['a'] })], {
        output: [
          { name: 'score', description: null, value: null },
          { name: 'text', description: null, value: 'got ${a.output.score}' },
          { name: 'none', description: null, value: '${b.output.nothing}' },
        ],
      }),
    );
    run.complete('a', { score: 1 });
    run.now += 1;
    run.complete('b', { score: 2 });
    expect(run.state.ended?.output).toEqual({ score: 2, text: 'got 1', none: null });
    expect(run.state).toMatchObject({ status: 'COMPLETED', warnings: [{ task: null }] });
  });
});

describe('the view', () => {
  it('names what each task waits for', () => {
    const run = start(
      workflow([
        simple('a', { retry: retry({ maxAttempts: 2 }) }),
        human('ask', { approvalTimeout: 60_000 }),
        simple('slot', { executor: { kind: 'agent', name: 'BUSY' } }),
        simple('after', { dependsOn: ['a', 'ask'] }),
        simple('work'),
      ]),
      {},
      { freeSlots: { BUSY: 0 } },
    );
    run.fail('a');
    const view = viewOf(run.state, { version: 3 });
    const kinds = Object.fromEntries(view.tasks.map((task) => [task.id, task.waiting_for?.kind]));
    expect(kinds).toEqual({
      a: 'timer',
      ask: 'person',
      slot: 'slot',
      after: 'task',
      work: 'agent',
    });
    expect(view.tasks[0]?.waiting_for).toMatchObject({
      since: '2025-10-09T08:53:20.000Z',
      until: '2025-10-09T08:53:21.000Z',
    });
    expect(view.waiting_for).toBeNull();
    expect(whyOf(run.state).waiting.map(({ task }) => task)).toEqual(['a', 'ask', 'slot', 'work']);
  });

  it('masks secrets, also where they went', () => {
    const definition = workflow([simple('a', { input: { token: 'key ${workflow.input.key}' } })], {
      input: [input('key', { secret: true })],
    });
    const run = start(definition, { key: 'hunter2' });
    run.fail('a', { message: 'bad key hunter2' });
    expect(JSON.stringify(viewOf(run.state, { version: 1 }))).not.toContain('hunter2');
  });

  it('indents branches and names the chosen case', () => {
    const run = start(
      workflow([
        fork('split', ['b']),
        simple('b'),
        simple('b2', { dependsOn: ['b'] }),
        simple('c', { dependsOn: ['split'] }),
        join('meet', ['b2', 'c']),
        decision('gate', { dependsOn: ['meet'], cases: [to('x', ['d'])] }),
        simple('d'),
      ]),
    );
    for (const task of ['b', 'b2', 'c']) run.complete(task);
    const { tasks } = viewOf(run.state, { version: 1 });
    expect(Object.fromEntries(tasks.map((task) => [task.id, task.depth]))).toMatchObject({
      split: 0,
      b: 1,
      b2: 1,
      meet: 0,
      gate: 0,
      d: 1,
    });
    expect(tasks.find(({ id }) => id === 'gate')?.chosen_case).toBe('x');
  });

  it('says that and by whom a run is paused', () => {
    const run = start(workflow([simple('a')]));
    run.when({ type: 'PauseRun', note: 'lunch' }, ana);
    expect(whyOf(run.state).waiting[0]).toMatchObject({
      kind: 'person',
      detail: 'paused by Ana: lunch',
      fix: 'resume 7F3K',
    });
  });
});

describe('starting', () => {
  it('starts once', () => {
    const run = start(workflow([simple('a')]));
    expect(run.refused(startOrder(workflow([simple('a')])), ana)).toBe('RUN_EXISTS');
  });

  it('remembers and forgets messages', () => {
    const run = start(workflow([simple('a')]));
    expect(types(run.when({ type: 'RecordMessage', key: 'card', ref: { id: '1' } }))).toEqual([
      'MessageRecorded',
    ]);
    expect(run.when({ type: 'RecordMessage', key: 'card', ref: { id: '1' } })).toEqual([]);
    run.when({ type: 'RecordMessage', key: 'card', ref: null });
    expect(run.state.messages).toEqual({});
    expect(run.when({ type: 'RecordMessage', key: 'card', ref: null })).toEqual([]);
  });
});

describe('events read back', () => {
  it('are known by their type', () => {
    const event = { type: 'WarningRaised', task: null, message: 'x' };
    expect(parseRunEvent(event)).toBe(event);
    for (const wrong of [null, {}, { type: 'Nothing' }, { type: 'toString' }, 'RunStarted']) {
      expect(() => parseRunEvent(wrong)).toThrow(/does not know/);
    }
  });
});
