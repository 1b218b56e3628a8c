import { describe, expect, it } from 'vitest';
import { fork, join, simple, workflow } from '../support/engine-definitions.ts';
import { start, types } from '../support/engine.ts';

describe('forks and joins', () => {
  const parallel = (rest = {}, branch = {}) =>
    workflow([
      fork('split', ['a', 'b', 'c']),
      simple('a', branch),
      simple('b', branch),
      simple('c', branch),
      join('meet', ['a', 'b', 'c'], rest),
      simple('end', { dependsOn: ['meet'] }),
    ]);

  it('starts the branches and joins their outputs in the step that ends the last', () => {
    const run = start(parallel());
    run.complete('a', { n: 1 });
    run.complete('b', { n: 2 });
    expect(run.statuses('meet')).toEqual({ meet: 'PENDING' });
    expect(types(run.complete('c', { n: 3 }))).toEqual([
      'TaskCompleted',
      'TaskCompleted',
      'TaskDispatched',
    ]);
    expect(run.state.tasks['meet']).toMatchObject({
      attempts: [],
      output: { a: { n: 1 }, b: { n: 2 }, c: { n: 3 } },
    });
  });

  it('leaves skipped branches out, and is skipped when all are', () => {
    const run = start(
      workflow([
        simple('a', { when: '${workflow.input.a} == true' }),
        simple('b', { when: '${workflow.input.b} == true' }),
        join('meet', ['a', 'b']),
      ]),
      { a: true, b: false },
    );
    run.complete('a', { n: 1 });
    expect(run.state.tasks['meet']).toMatchObject({ output: { a: { n: 1 } } });
    const none = start(workflow([simple('a', { when: 'false == true' }), join('meet', ['a'])]));
    expect(none.state.tasks['meet']).toMatchObject({ status: 'SKIPPED', by: 'dependencies' });
    expect(none.state.status).toBe('COMPLETED');
  });

  it('succeeds as soon as enough branches did; the others run on', () => {
    const run = start(parallel({ mode: 'any' }));
    run.complete('b');
    expect(run.statuses('meet', 'a', 'end')).toEqual({
      meet: 'COMPLETED',
      a: 'IN_PROGRESS',
      end: 'IN_PROGRESS',
    });
    const two = start(parallel({ mode: 2 }));
    two.complete('a');
    expect(two.statuses('meet')).toEqual({ meet: 'PENDING' });
    two.complete('c');
    expect(two.statuses('meet')).toEqual({ meet: 'COMPLETED' });
  });

  it('fails `n` when too few can succeed, before the others end', () => {
    const run = start(parallel({ mode: 3 }, { onFailure: 'fail_after_siblings' }));
    run.fail('a');
    expect(run.state.tasks['meet']).toMatchObject({
      status: 'FAILED',
      error: { type: 'BranchFailed', message: 'a: AgentError: it broke' },
    });
    expect(run.state.status).toBe('RUNNING');
  });

  it('takes COMPLETED_WITH_ERRORS over from a branch, naming it', () => {
    const run = start(parallel({}, { onFailure: 'continue' }));
    run.complete('a');
    run.complete('b');
    run.fail('c', {}, { partial: 1 });
    expect(run.state.tasks['c']).toMatchObject({
      status: 'COMPLETED_WITH_ERRORS',
      output: { partial: 1 },
    });
    expect(run.state.tasks['meet']).toMatchObject({
      status: 'COMPLETED_WITH_ERRORS',
      reason: 'c: AgentError: it broke',
    });
    run.complete('end');
    expect(run.state.status).toBe('COMPLETED');
  });
});
