import { describe, expect, it } from 'vitest';
import { compensationOf } from '../../src/engine/compensation.ts';
import { react } from '../../src/engine/react.ts';
import { viewOf } from '../../src/engine/view.ts';
import type { Compensation } from '../../src/engine/definition.ts';
import type { JsonObject } from '../../src/lib/json.ts';
import { human, retry, simple, workflow } from '../support/engine-definitions.ts';
import { ana, only, start, type Scenario } from '../support/engine.ts';

const undo = (input: JsonObject = {}, rest: Partial<Compensation> = {}): Compensation => ({
  executor: { kind: 'agent', name: 'UNDOER' },
  input,
  timeout: 60_000,
  retry: retry({}),
  ...rest,
});

const booking = () =>
  workflow([
    simple('seat', { compensate: undo({ id: '${seat.output.id}' }) }),
    simple('hotel', { dependsOn: ['seat'], compensate: undo({ id: '${hotel.output.id}' }) }),
    simple('note', { dependsOn: ['hotel'] }),
    simple('pay', { dependsOn: ['note'], compensate: undo() }),
  ]);

const failed = (): Scenario => {
  const run = start(booking());
  run.complete('seat', { id: 1 });
  run.complete('hotel', { id: 2 });
  run.complete('note');
  run.fail('pay');
  return run;
};

const requested = (run: Scenario) => {
  const [event] = only(run.history, 'CompensationRequested').slice(-1);
  if (event === undefined) throw new Error('no compensation was asked for');
  return event;
};

describe('undoing a failed run', () => {
  it('takes what completed, the last first, with inputs filled in; the status stays', () => {
    const run = failed();
    expect(requested(run).steps).toEqual([
      { task: 'hotel', input: { id: 2 } },
      { task: 'seat', input: { id: 1 } },
    ]);
    expect(run.state).toMatchObject({ status: 'FAILED' });
    expect(react(run.state)).toMatchObject([{ type: 'Compensate', steps: requested(run).steps }]);
    expect(viewOf(run.state, { version: 1 }).compensation).toMatchObject({
      run: requested(run).compensationRun,
      tasks: ['hotel', 'seat'],
      status: 'RUNNING',
    });
  });

  it('goes by the order in which tasks completed, in one moment too', () => {
    const run = start(
      workflow([...['a', 'b', 'c'].map((id) => simple(id, { compensate: undo() })), simple('bad')]),
    );
    for (const id of ['b', 'c', 'a']) run.complete(id);
    run.fail('bad');
    expect(requested(run).steps.map(({ task }) => task)).toEqual(['a', 'c', 'b']);
  });

  it('is a chain of tasks, each on its own policy; one that fails does not stop the others', () => {
    const run = failed();
    const definition = compensationOf(run.state, requested(run).steps);
    expect(definition.tasks).toMatchObject([
      {
        id: 'hotel.compensate',
        dependsOn: [],
        executor: { name: 'UNDOER' },
        onFailure: 'continue',
      },
      { id: 'seat.compensate', dependsOn: ['hotel.compensate'], input: { id: 1 } },
    ]);
    const undoing = start(definition);
    undoing.fail('hotel.compensate');
    expect(undoing.statuses()).toEqual({
      'hotel.compensate': 'COMPLETED_WITH_ERRORS',
      'seat.compensate': 'IN_PROGRESS',
    });
  });

  it('tells in the end that all was undone, or warns and alerts', () => {
    const ok = failed();
    const { key } = requested(ok);
    ok.when({ type: 'RecordEffect', key, outcome: { ok: true, value: [] } });
    expect(viewOf(ok.state, { version: 1 }).compensation?.status).toBe('COMPLETED');
    expect(ok.state.alerts).toEqual([]);
    const bad = failed();
    bad.when({
      type: 'RecordEffect',
      key: requested(bad).key,
      outcome: { ok: false, error: 'seat.compensate: AgentError: no' },
    });
    expect(viewOf(bad.state, { version: 1 })).toMatchObject({
      status: 'FAILED',
      compensation: { status: 'FAILED', error: 'seat.compensate: AgentError: no' },
      warnings: [{ message: 'not everything was undone: seat.compensate: AgentError: no' }],
      alerts: [{ action: 'notify_team' }],
    });
  });

  it('leaves out, with a warning, what has no input', () => {
    const run = start(
      workflow([
        simple('a', { compensate: undo({ id: '${a.output.nothing}' }) }),
        simple('bad', { dependsOn: ['a'] }),
      ]),
    );
    run.complete('a');
    run.fail('bad');
    expect(only(run.history, 'CompensationRequested')).toEqual([]);
    expect(run.state.warnings[0]?.message).toMatch(/^a was not undone: TemplateError/);
  });
});

describe('undoing a cancelled run', () => {
  it('happens when it is asked for', () => {
    const cancel = (compensate: boolean) => {
      const run = start(booking());
      run.complete('seat', { id: 1 });
      run.when({ type: 'CancelRun', note: null, compensate }, ana);
      return only(run.history, 'CompensationRequested').map(({ steps }) => steps);
    };
    expect(cancel(true)).toEqual([[{ task: 'seat', input: { id: 1 } }]]);
    expect(cancel(false)).toEqual([]);
    const aborted = start(
      workflow([simple('a', { compensate: undo() }), human('ask', { dependsOn: ['a'] })]),
    );
    aborted.complete('a');
    aborted.choose('ABORT');
    expect(only(aborted.history, 'CompensationRequested')).toEqual([]);
  });
});

describe('going back after it', () => {
  it('is refused while it is under way; then what was undone runs again, with what follows it', () => {
    const run = failed();
    expect(run.refused({ type: 'RetryRun', note: null }, ana)).toBe('RUN_UNDONE_NOW');
    const { key } = requested(run);
    run.when({ type: 'RecordEffect', key, outcome: { ok: true, value: [] } });
    const [gone] = only(run.when({ type: 'RetryRun', note: null }, ana), 'GenerationStarted');
    expect(gone?.runAgain).toEqual(['seat', 'hotel', 'note', 'pay']);
    expect(viewOf(run.state, { version: 1 }).compensation).toBeNull();
  });
});
