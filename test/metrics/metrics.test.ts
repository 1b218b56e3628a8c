import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { createManualClock } from '../../src/lib/manual-clock.ts';
import { createMetrics } from '../../src/metrics/metrics.ts';
import { createMetricsFile } from '../../src/metrics/metrics-file.ts';
import { createFakeEngine } from '../support/fake-engine.ts';
import { attemptWith, iso, questionWith, START, taskWith, viewWith } from '../support/run-view.ts';

const bench = async () => {
  const clock = createManualClock(START);
  const engine = createFakeEngine({ clock });
  const scan = taskWith('scan', { status: 'IN_PROGRESS', attempts: [attemptWith()] });
  engine.hold(viewWith({ tasks: [scan, questionWith('ask')] }));
  const syncs = new Set<(duration: number) => void>();
  const metrics = createMetrics({
    engine,
    agents: () => [
      { name: 'AGENT', up: true },
      { name: 'GONE', up: false },
    ],
    onSync(listener) {
      syncs.add(listener);
      return () => void syncs.delete(listener);
    },
  });
  return { clock, engine, metrics, syncs, scan, run: viewWith().run };
};

const lines = async ({ metrics }: Awaited<ReturnType<typeof bench>>): Promise<readonly string[]> =>
  (await metrics.text()).split('\n');

describe('the figures', () => {
  it('begin with what there is: runs, offers, questions, agents, the process itself', async () => {
    const b = await bench();
    const text = await lines(b);
    expect(text).toContain('workflow_runs{status="RUNNING"} 1');
    expect(text).toContain('workflow_runs{status="FAILED"} 0');
    expect(text).toContain('workflow_queue_depth{agent="AGENT"} 1');
    expect(text).toContain('workflow_approvals_pending 1');
    expect(text).toContain('workflow_agent_up{agent="AGENT"} 1');
    expect(text).toContain('workflow_agent_up{agent="GONE"} 0');
    expect(text.some((line) => line.startsWith('nodejs_eventloop_lag_seconds '))).toBe(true);
  });

  it('follow claims, ends and the end of the run', async () => {
    const b = await bench();
    const claimed = { ...b.scan, attempts: [attemptWith({ claimed_at: iso(START) })] };
    b.engine.change(b.run, { tasks: [claimed] });
    expect(await lines(b)).toContain('workflow_tasks_running{agent="AGENT"} 1');
    expect(await lines(b)).not.toContain('workflow_queue_depth{agent="AGENT"} 1');

    await b.clock.advance(2_000);
    const done = { ...claimed, status: 'COMPLETED' as const };
    const ended = { type: 'TaskCompleted', task: 'scan', attempt: 1, output: {} } as const;
    b.engine.change(b.run, { tasks: [done] }, { ...ended, agent: 'x"\n', answer: null });
    const end = { type: 'RunEnded', status: 'COMPLETED', reason: null, cause: 'done' } as const;
    b.engine.change(
      b.run,
      { status: 'COMPLETED', ended_at: iso(START) },
      { ...end, task: null, output: {}, by: null },
    );
    const text = await lines(b);
    expect(text).toContain(
      'workflow_task_duration_seconds_sum{agent="AGENT",outcome="COMPLETED"} 2',
    );
    expect(text).toContain('workflow_runs{status="COMPLETED"} 1');
    expect(text).toContain('workflow_runs{status="RUNNING"} 0');
    expect(text).toContain(
      'workflow_runs_ended_total{workflow="inventory-validation-v1",status="COMPLETED"} 1',
    );
    expect(text).not.toContain('workflow_tasks_running{agent="AGENT"} 1');
  });

  it('count the syncs of the journal, until they are stopped', async () => {
    const b = await bench();
    for (const tell of b.syncs) tell(4);
    expect(await lines(b)).toContain('workflow_journal_sync_seconds_sum 0.004');
    b.metrics.stop();
    expect(b.syncs.size).toBe(0);
  });
});

describe('the figures as a file', () => {
  it('are written at once, every fifteen seconds and at the end', async () => {
    const folder = await mkdtemp(join(tmpdir(), 'metrics-'));
    try {
      const path = join(folder, 'metrics.prom');
      const clock = createManualClock();
      let asked = 0;
      const file = createMetricsFile({
        path,
        clock,
        metrics: { text: async () => `asked ${(asked += 1)}\n` },
        onError: (error) => {
          throw error;
        },
      });
      await clock.advance(30_000);
      await file.stop();
      expect(await readFile(path, 'utf8')).toBe('asked 4\n');
      await clock.advance(60_000);
      expect(asked).toBe(4);
    } finally {
      await rm(folder, { recursive: true });
    }
  });
});
