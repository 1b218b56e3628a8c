/**
 * The file queue by itself: one task's way to an agent's process and back beside the same files
 * moved by C (`floor/queue-floor.c`), then a burst. No journal and no engine take part.
 */
import { spawn, spawnSync, type ChildProcess } from 'node:child_process';
import { mkdtempSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { createFileQueue } from '../src/agents/file-queue/file-queue.ts';
import type { AgentQueue, AgentTask, QueueListener } from '../src/agents/queue.ts';
import { projectFolder } from '../src/lib/project-folder.ts';
import { quantileOf, shown, type Figure } from './lib/figure.ts';
import { interleaved, ratios } from './lib/rounds.ts';
import { inScratch } from './lib/scratch.ts';

const TRIPS = 300;

export const run = async (args: readonly string[]): Promise<readonly Figure[]> => {
  const rounds = Number(args[0] ?? 7);
  const burst = Number(args[1] ?? 20_000);
  return inScratch(async (folder) => {
    const floor = buildFloor(folder);
    const trips: Record<string, () => Promise<number>> = {
      ours: () => oneByOne(mkdtempSync(join(folder, 'station-')), TRIPS),
      ...(floor === null
        ? {}
        : { floor: () => floorTrip(floor, mkdtempSync(join(folder, 'floor-'))) }),
    };
    const { ours = [], floor: inC = [] } = await interleaved(rounds, trips);
    console.log(`one at a time, p50 of ${TRIPS}: ours ${shown(ours)} µs`);
    if (floor === null)
      console.log('NO C COMPILER (cc): the round trip has no floor to be compared with');
    else console.log(`the same files moved by C: ${shown(inC)} µs`);
    const { ms, lost } = await allAtOnce(mkdtempSync(join(folder, 'station-')), burst);
    console.log(
      `a burst of ${burst}: ${ms.toFixed(0)} ms, ${((1_000 * ms) / burst).toFixed(0)} µs a task, ${lost} lost`,
    );
    return [
      {
        quantity: 'queue round trip, p50',
        comparedWith: `inotify and rename in C${floor === null ? ' (there is no cc)' : ''}`,
        reach: { atMost: 3 },
        values: floor === null ? [] : ratios(ours, inC),
        unit: 'x',
      },
      {
        quantity: `lost tasks in a burst of ${burst}`,
        comparedWith: '',
        reach: { atMost: 0 },
        values: [lost],
        unit: 'tasks',
      },
    ];
  });
};

/** Compiles the floor; null when there is no compiler. */
const buildFloor = (folder: string): string | null => {
  const program = join(folder, 'queue-floor');
  const source = join(projectFolder(), 'bench', 'floor', 'queue-floor.c');
  const built = spawnSync('cc', ['-O2', '-Wall', '-o', program, source], { encoding: 'utf8' });
  if (built.error !== undefined) return null;
  if (built.status !== 0) throw new Error(`The floor does not compile:\n${built.stderr}`);
  return program;
};

const floorTrip = async (program: string, folder: string): Promise<number> => {
  const ran = spawnSync(program, [folder, String(TRIPS)], { encoding: 'utf8' });
  if (ran.status !== 0) throw new Error(`The floor failed: ${ran.stderr}`);
  const times = ran.stdout.trimEnd().split('\n').map(Number);
  if (times.length !== TRIPS) throw new Error(`The floor made ${times.length} trips of ${TRIPS}`);
  return quantileOf(times, 0.5) / 1_000;
};

/** p50 in µs. */
const oneByOne = (station: string, trips: number): Promise<number> =>
  withQueue(station, 1, async (queue, engine) => {
    const times: number[] = [];
    for (let trip = 0; trip < trips; trip += 1) {
      const task = engine.open();
      const begun = performance.now();
      const answered = engine.answered(1);
      await queue.offer(task);
      await answered;
      times.push(1_000 * (performance.now() - begun));
    }
    return quantileOf(times, 0.5);
  });

const allAtOnce = (station: string, count: number): Promise<{ ms: number; lost: number }> =>
  withQueue(station, 8, async (queue, engine) => {
    const tasks = Array.from({ length: count }, () => engine.open());
    const begun = performance.now();
    const answered = engine.answered(count);
    void Promise.all(tasks.map((task) => queue.offer(task)));
    await Promise.race([answered, new Promise((resolve) => setTimeout(resolve, GIVE_UP).unref())]);
    return { ms: performance.now() - begun, lost: engine.left() };
  });

/** ms after which a task counts as lost. */
const GIVE_UP = 300_000;

/** Attempts that are open, and nothing else: what a queue needs of an engine. */
const createEngine = () => {
  const open = new Map<string, AgentTask>();
  let made = 0;
  let waiting: { left: number; resolve: () => void } | null = null;
  const listener: QueueListener = {
    openAttempt: (id, task) => open.get(`${id}~${task}`) ?? null,
    isDecided: () => false,
    answer(answer) {
      if (!open.delete(`${answer.run}~${answer.task}`)) return Promise.resolve('late');
      if (waiting !== null) {
        waiting.left -= 1;
        if (waiting.left === 0) waiting.resolve();
      }
      return Promise.resolve('accepted');
    },
    unusable: (info) => Promise.reject(new Error(`unusable: ${JSON.stringify(info)}`)),
    claimed: () => Promise.resolve(),
    progress: () => Promise.resolve(),
    leaseExpired: () => Promise.resolve(),
  };
  return {
    listener,
    open(): AgentTask {
      made += 1;
      const task = aTask(made);
      open.set(`${task.run}~${task.task}`, task);
      return task;
    },
    answered: (count: number): Promise<void> =>
      new Promise((resolve) => {
        waiting = { left: count, resolve };
      }),
    left: () => open.size,
  };
};

const aTask = (number: number): AgentTask => ({
  run: `wf-1759800000000-${number.toString(36).padStart(9, '0')}`,
  task: 'scan',
  definitionTask: 'scan',
  taskName: 'Scan files',
  workflow: 'bench',
  attempt: 1,
  lease: `lease-${number}`,
  agentLevel: 'L1',
  assignedTo: 'ECHO_AGENT',
  timeout: 600_000,
  heartbeat: null,
  createdAt: Date.now(),
  deadline: Date.now() + 600_000,
  previousFailure: null,
  previousFeedback: null,
  conceal: [],
  forbidden: [],
  readAccess: null,
  writeAccess: null,
  urgency: 'normal',
  payload: { folder: '0UT.3OX', scan_options: { recursive: true } },
});

const withQueue = async <T>(
  station: string,
  concurrency: number,
  work: (queue: AgentQueue, engine: ReturnType<typeof createEngine>) => Promise<T>,
): Promise<T> => {
  const engine = createEngine();
  const queue = createFileQueue({ station });
  await queue.start(engine.listener);
  const host = await startHost(station, concurrency);
  try {
    return await work(queue, engine);
  } finally {
    const ended = new Promise((resolve) => host.once('exit', resolve));
    host.stdin?.end();
    await queue.stop();
    await ended;
  }
};

const startHost = async (station: string, concurrency: number): Promise<ChildProcess> => {
  const program = fileURLToPath(new URL('queue-host.js', import.meta.url));
  const host = spawn(process.execPath, [program, station, String(concurrency)], {
    stdio: ['pipe', 'pipe', 'inherit'],
  });
  await new Promise((resolve, reject) => {
    host.stdout.once('data', resolve);
    host.once('exit', (code) => reject(new Error(`The agent host ended with ${code}`)));
  });
  return host;
};
