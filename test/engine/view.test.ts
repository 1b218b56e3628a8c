import { describe, expect, it } from 'vitest';
import { COVER, secretReference } from '../../src/engine/secrets.ts';
import { viewOf } from '../../src/engine/view.ts';
import { whyOf } from '../../src/engine/why.ts';
import {
  human,
  input,
  retry,
  simple,
  workflow,
  decision,
  to,
  join,
  fork,
} from '../support/engine-definitions.ts';
import { ana, start } from '../support/engine.ts';

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
    const key = secretReference('s'.repeat(20), { type: 'given', index: 0 });
    const run = start(definition, { key });
    const view = viewOf(run.state, { version: 1 });
    expect(JSON.stringify(view)).not.toContain('secret:');
    expect(view.tasks[0]?.input).toEqual({ token: `key ${COVER}` });
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
