import { describe, expect, it } from 'vitest';
import { decision, simple, to, workflow } from '../support/engine-definitions.ts';
import { only, start, types } from '../support/engine.ts';

describe('order of tasks', () => {
  it('dispatches what waits for nothing, then what depends on it, then ends', () => {
    const run = start(workflow([simple('a'), simple('b', { dependsOn: ['a'] }), simple('c')]));
    expect(run.statuses()).toEqual({ a: 'IN_PROGRESS', b: 'PENDING', c: 'IN_PROGRESS' });
    expect(types(run.complete('a'))).toEqual(['TaskCompleted', 'TaskDispatched']);
    run.complete('c');
    expect(types(run.complete('b'))).toEqual(['TaskCompleted', 'RunEnded']);
    expect(run.state.status).toBe('COMPLETED');
  });

  it('does not care in which order tasks are written', () => {
    const run = start(workflow([simple('b', { dependsOn: ['a'] }), simple('a')]));
    run.complete('a');
    expect(run.statuses()).toEqual({ a: 'COMPLETED', b: 'IN_PROGRESS' });
  });

  it('gives inputs with templates resolved', () => {
    const run = start(
      workflow([
        simple('a'),
        simple('b', {
          dependsOn: ['a'],
          input: { n: '${a.output.n}', s: '${a.status} ${self.attempt}' },
        }),
      ]),
    );
    const [dispatched] = only(run.complete('a', { n: 7 }), 'TaskDispatched');
    expect(dispatched?.input).toEqual({ n: 7, s: 'COMPLETED 1' });
  });

  it('fails a task whose template leads nowhere before it is dispatched', () => {
    const run = start(
      workflow([simple('a'), simple('b', { dependsOn: ['a'], input: { n: '${a.output.n}' } })]),
    );
    run.complete('a', {});
    expect(run.state.tasks['b']?.attempts).toEqual([]);
    expect(run.state.status).toBe('FAILED');
    expect(run.state.ended?.reason).toMatch(/^b: TemplateError: a\.output\.n/);
  });

  it('skips by `when`, and what depends on skipped tasks only', () => {
    const run = start(
      workflow([
        simple('a', { when: '${workflow.input.deep} == true' }),
        simple('b', { dependsOn: ['a'] }),
        simple('c'),
        simple('d', { dependsOn: ['b', 'c'] }),
      ]),
      { deep: false },
    );
    expect(run.state.tasks['a']).toMatchObject({ status: 'SKIPPED', by: 'when' });
    expect(run.state.tasks['b']).toMatchObject({ status: 'SKIPPED', by: 'dependencies' });
    run.complete('c');
    expect(run.statuses('d')).toEqual({ d: 'IN_PROGRESS' });
  });

  it('fails a task whose condition cannot be evaluated', () => {
    const run = start(workflow([simple('a', { when: '${workflow.input.x} > 5' })]), { x: null });
    expect(run.state.ended?.reason).toMatch(/^a: ConditionError: .*\$\{workflow\.input\.x\} > 5/);
  });

  it('hands nothing out in the step that ends the run', () => {
    const run = start(workflow([simple('a', { when: '${workflow.input.x} > 5' }), simple('b')]), {
      x: null,
    });
    expect(run.state.tasks['b']).toMatchObject({ status: 'CANCELLED', attempts: [] });
  });

  it('adds declared outputs that the agent left out, and keeps the given ones', () => {
    const run = start(
      workflow([
        simple('a', {
          output: [
            { name: 'twice', description: null, value: '${a.output.n}/${a.output.n}' },
            { name: 'n', description: null, value: '0' },
          ],
        }),
      ]),
    );
    run.complete('a', { n: 2 });
    expect(run.state.tasks['a']).toMatchObject({ output: { n: 2, twice: '2/2' } });
  });
});

describe('decisions', () => {
  const gate = (rest = {}) =>
    workflow([
      simple('check'),
      decision('gate', {
        dependsOn: ['check'],
        param: '${check.output.verdict}',
        cases: [to('PASS', ['good']), to('FAIL', ['bad'])],
        defaultCase: ['other'],
        ...rest,
      }),
      simple('good'),
      simple('bad'),
      simple('other'),
      simple('after', { dependsOn: ['good', 'bad', 'other'] }),
    ]);

  it.each([
    ['PASS', { good: 'IN_PROGRESS', bad: 'SKIPPED', other: 'SKIPPED' }, 'PASS'],
    ['FAIL', { good: 'SKIPPED', bad: 'IN_PROGRESS', other: 'SKIPPED' }, 'FAIL'],
    ['MAYBE', { good: 'SKIPPED', bad: 'SKIPPED', other: 'IN_PROGRESS' }, 'default'],
    ['', { good: 'SKIPPED', bad: 'SKIPPED', other: 'IN_PROGRESS' }, 'default'],
    [null, { good: 'SKIPPED', bad: 'SKIPPED', other: 'IN_PROGRESS' }, 'default'],
    [['PASS'], { good: 'SKIPPED', bad: 'SKIPPED', other: 'IN_PROGRESS' }, 'default'],
  ])('takes the case of %j', (verdict, statuses, taken) => {
    const run = start(gate());
    run.complete('check', { verdict });
    expect(run.statuses('good', 'bad', 'other')).toEqual(statuses);
    expect(run.state.tasks['gate']).toMatchObject({ output: { decision: verdict, case: taken } });
    const [open] = Object.entries(statuses).find(([, status]) => status === 'IN_PROGRESS') ?? [];
    run.complete(open ?? '');
    expect(run.statuses('after')).toEqual({ after: 'IN_PROGRESS' });
  });

  it('compares numbers and booleans as text', () => {
    const run = start(gate({ cases: [to('3', ['good']), to('true', ['bad'])] }));
    run.complete('check', { verdict: 3 });
    expect(run.statuses('good')).toEqual({ good: 'IN_PROGRESS' });
  });

  it('just completes without a matching case, and skips all that it routes to', () => {
    const run = start(gate({ defaultCase: null, cases: [to('PASS', ['good', 'bad', 'other'])] }));
    run.complete('check', { verdict: 'X' });
    expect(run.state.status).toBe('COMPLETED');
    expect(run.state.tasks['gate']).toMatchObject({ output: { case: null, next_tasks: [] } });
    expect(run.state.tasks['after']).toMatchObject({ status: 'SKIPPED', by: 'dependencies' });
  });

  it('does not fall to the default from an explicitly empty case', () => {
    const run = start(gate({ cases: [to('PASS', []), to('FAIL', ['good', 'bad'])] }));
    run.complete('check', { verdict: 'PASS' });
    expect(run.statuses('other')).toEqual({ other: 'SKIPPED' });
  });

  it('takes a case only when its condition holds too', () => {
    const run = start(
      gate({ cases: [to('PASS', ['good'], '${check.output.score} >= 90'), to('FAIL', ['bad'])] }),
    );
    run.complete('check', { verdict: 'PASS', score: 80 });
    expect(run.statuses('good', 'other')).toEqual({ good: 'SKIPPED', other: 'IN_PROGRESS' });
  });

  it('takes the first case whose condition holds when there is no parameter', () => {
    const run = start(
      gate({
        param: null,
        cases: [
          to('low', ['bad'], '${check.output.score} < 50'),
          to('ok', ['good'], '${check.output.score} < 90'),
        ],
      }),
    );
    run.complete('check', { score: 60 });
    expect(run.statuses('good', 'bad')).toEqual({ good: 'IN_PROGRESS', bad: 'SKIPPED' });
  });

  it('runs a task routed by several decisions once, when the first chooses it', () => {
    const definition = workflow([
      simple('x'),
      simple('y'),
      decision('d1', { dependsOn: ['x'], param: '${x.output.go}', cases: [to('yes', ['t'])] }),
      decision('d2', { dependsOn: ['y'], param: '${y.output.go}', cases: [to('yes', ['t'])] }),
      simple('t'),
    ]);
    const run = start(definition);
    run.complete('x', { go: 'no' });
    expect(run.statuses('t')).toEqual({ t: 'PENDING' });
    run.complete('y', { go: 'yes' });
    expect(run.statuses('t')).toEqual({ t: 'IN_PROGRESS' });

    const none = start(definition);
    none.complete('x', { go: 'no' });
    none.complete('y', { go: 'no' });
    expect(none.state.tasks['t']).toMatchObject({ status: 'SKIPPED', by: 'decision' });

    const first = start(definition);
    first.complete('x', { go: 'yes' });
    expect(first.statuses('t')).toEqual({ t: 'IN_PROGRESS' });
    first.complete('y', { go: 'yes' });
    expect(first.state.tasks['t']?.attempts).toHaveLength(1);
  });
});
