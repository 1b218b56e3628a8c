import { describe, expect, it } from 'vitest';
import { retry, simple, workflow } from '../support/engine-definitions.ts';
import { only, start } from '../support/engine.ts';

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
