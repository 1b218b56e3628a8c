/**
 * Figures of a running engine, in the words of Prometheus.
 *
 * Owns names, labels and how they are counted; where the text goes is the callers'. Runs and
 * tasks are followed by what the engine publishes, so that asking for the figures costs nothing
 * the more runs there are. Labels are names from definitions and settings, never from people.
 */
import { collectDefaultMetrics, Counter, Gauge, Histogram, Registry } from 'prom-client';
import type { RunView } from '../engine/view.types.ts';
import type { Engine, RunChange } from '../runtime/engine.ts';

/** Whether somebody works for an agent. */
export interface AgentPresence {
  readonly name: string;
  readonly up: boolean;
}

export interface Metrics {
  /** The figures now, in the Prometheus text format. */
  text(): Promise<string>;
  readonly contentType: string;
  stop(): void;
}

export interface MetricsOptions {
  readonly engine: Pick<Engine, 'live' | 'counts' | 'subscribe'>;
  readonly agents: () => readonly AgentPresence[];
  /** Tells how long each sync of the journal took, in ms. Returns how to stop it. */
  readonly onSync: (listener: (duration: number) => void) => () => void;
}

export const createMetrics = (options: MetricsOptions): Metrics => {
  const registry = new Registry();
  const figures = createFigures(registry, options);
  collectDefaultMetrics({ register: registry });

  // 1. What is there already.
  for (const view of options.engine.live()) figures.work(view);

  // 2. What happens from now on.
  const stops = [
    options.engine.subscribe((change) => figures.follow(change)),
    options.onSync((duration) => figures.synced(duration)),
  ];
  return {
    text: () => registry.metrics(),
    contentType: registry.contentType,
    stop() {
      for (const stop of stops) stop();
      registry.clear();
    },
  };
};

/** What one run adds to the gauges. */
interface Work {
  readonly waiting: readonly string[];
  readonly running: readonly string[];
  readonly approvals: number;
}

const createFigures = (registry: Registry, { agents, engine }: MetricsOptions) => {
  const open = new Map<string, Work>();
  const registers = [registry];

  const runs = new Gauge({
    name: 'workflow_runs',
    help: 'Runs by status, archived ones included',
    labelNames: ['status'],
    registers: [],
    async collect() {
      const counts = await engine.counts();
      this.reset();
      for (const status of RUN_STATUSES) this.set({ status }, 0);
      for (const [status, count] of counts) this.set({ status }, count);
    },
  });
  const offers = new Gauge({
    name: 'workflow_queue_depth',
    help: 'Tasks on offer that nobody has claimed, by agent',
    labelNames: ['agent'],
    registers: [],
    collect() {
      setCounts(this, open.values(), ({ waiting }) => waiting);
    },
  });
  const claims = new Gauge({
    name: 'workflow_tasks_running',
    help: 'Tasks that somebody works on, by agent',
    labelNames: ['agent'],
    registers: [],
    collect() {
      setCounts(this, open.values(), ({ running }) => running);
    },
  });
  const questions = new Gauge({
    name: 'workflow_approvals_pending',
    help: 'Questions that wait for a person',
    registers: [],
    collect() {
      this.set([...open.values()].reduce((sum, { approvals }) => sum + approvals, 0));
    },
  });
  const presence = new Gauge({
    name: 'workflow_agent_up',
    help: '1 while a living host works for the agent',
    labelNames: ['agent'],
    registers: [],
    collect() {
      this.reset();
      for (const { name, up } of agents()) this.set({ agent: name }, up ? 1 : 0);
    },
  });
  for (const gauge of [runs, offers, claims, questions, presence]) {
    registry.registerMetric(gauge);
  }
  const durations = new Histogram({
    name: 'workflow_task_duration_seconds',
    help: 'From dispatch to the end of an attempt, by agent and outcome',
    labelNames: ['agent', 'outcome'],
    buckets: [0.01, 0.05, 0.1, 0.5, 1, 5, 15, 60, 300, 1_800, 7_200],
    registers,
  });
  const ended = new Counter({
    name: 'workflow_runs_ended_total',
    help: 'Runs that ended since the engine started, by workflow and status',
    labelNames: ['workflow', 'status'],
    registers,
  });
  const syncs = new Histogram({
    name: 'workflow_journal_sync_seconds',
    help: 'How long a sync of the journal took',
    buckets: [0.0005, 0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.5, 2],
    registers,
  });

  const work = (view: RunView): void => {
    if (view.ended_at === null) open.set(view.run, workOf(view));
    else open.delete(view.run);
  };
  return {
    work,
    synced: (duration: number) => syncs.observe(duration / 1_000),
    follow({ view, events }: RunChange): void {
      work(view);
      for (const { event, at } of events) {
        if (event.type === 'RunEnded') {
          ended.inc({ workflow: view.workflow.id, status: event.status });
        } else if (event.type === 'TaskCompleted' || event.type === 'AttemptFailed') {
          const task = view.tasks.find(({ id }) => id === event.task);
          const row = task?.attempts.find(({ attempt }) => attempt === event.attempt);
          if (task === undefined || row === undefined) continue;
          const outcome = event.type === 'TaskCompleted' ? 'COMPLETED' : event.status;
          const taken = Math.max(0, at - Date.parse(row.dispatched_at)) / 1_000;
          durations.observe({ agent: agentOf(task), outcome }, taken);
        }
      }
    },
  };
};

const RUN_STATUSES = ['RUNNING', 'PAUSED', 'COMPLETED', 'FAILED', 'TIMED_OUT', 'CANCELLED'];

type TaskView = RunView['tasks'][number];

/** Who the definition names: what an answer calls itself could be anything. */
const agentOf = (task: TaskView): string => task.assigned_to ?? task.type;

const workOf = (view: RunView): Work => {
  const held = view.tasks.flatMap((task) => {
    const row = task.attempts.at(-1);
    return task.status === 'IN_PROGRESS' && row?.status === 'IN_PROGRESS'
      ? [{ agent: agentOf(task), claimed: row.claimed_at !== null }]
      : [];
  });
  return {
    waiting: held.filter(({ claimed }) => !claimed).map(({ agent }) => agent),
    running: held.filter(({ claimed }) => claimed).map(({ agent }) => agent),
    approvals: view.tasks.filter((task) => task.status === 'PENDING_APPROVAL').length,
  };
};

const setCounts = (
  gauge: Gauge<'agent'>,
  runs: Iterable<Work>,
  pick: (work: Work) => readonly string[],
): void => {
  gauge.reset();
  for (const run of runs) for (const agent of pick(run)) gauge.inc({ agent });
};
