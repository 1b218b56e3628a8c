/**
 * The main job beside the guide's own design: the same five tasks by the same handlers for
 * 1, 10 and 100 runs at once, rounds of both interleaved. Prints medians, spread and ratio.
 */
import { spawn, type ChildProcess } from 'node:child_process';
import { cp, mkdir, mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';

interface Outcome {
  readonly ms: number;
  readonly completed: number;
  readonly lost: number;
}

const here = fileURLToPath(new URL('.', import.meta.url));
const definition = join(here, 'definitions', 'bench-inventory.workflow.yaml');
const INPUT = JSON.stringify({
  target_folder: '0UT.3OX',
  policy_file: '.3ox.index/POLICY/INVENTORY.POLICY.md',
});
/** After this long (ms) the guide's design is taken to wait for ever. */
const GIVE_UP = 60_000;

export const run = async (args: readonly string[]): Promise<void> => {
  const rounds = Number(args[0] ?? 3);
  console.log(`main job: five tasks, ${rounds} rounds of each, interleaved`);
  console.log(
    'runs | ours ms median (min..max) lost | guide ms median (min..max) lost | guide / ours',
  );
  for (const runs of [1, 10, 100]) {
    const ours: Outcome[] = [];
    const guide: Outcome[] = [];
    for (let round = 0; round < rounds; round += 1) {
      ours.push(await onCopy((station) => oursOn(station, runs)));
      guide.push(await onCopy((station) => guideOn(station, runs)));
    }
    const ratio = median(guide) / median(ours);
    const open = guide.some(({ lost }) => lost > 0) ? '>= ' : '';
    console.log(`${runs} | ${row(ours)} | ${row(guide)} | ${open}${ratio.toFixed(1)}`);
  }
};

const oursOn = (station: string, runs: number): Promise<Outcome> =>
  outcomeOf(program('ours.ts', [station, String(runs)]));

const guideOn = async (station: string, runs: number): Promise<Outcome> => {
  const agents = program('baseline/guide-agents.ts', [station]);
  try {
    await firstLine(agents);
    return await outcomeOf(
      program('baseline/guide-engine.ts', [station, definition, String(runs), String(GIVE_UP)]),
    );
  } finally {
    agents.kill('SIGKILL');
  }
};

const onCopy = async (work: (station: string) => Promise<Outcome>): Promise<Outcome> => {
  const station = await mkdtemp(join(tmpdir(), 'bench-station-'));
  try {
    await cp(join(here, '..', 'examples', 'station'), station, { recursive: true });
    for (const folder of ['task-queue', 'response-queue']) {
      await mkdir(join(station, '.3ox', folder), { recursive: true });
    }
    return await work(station);
  } finally {
    await rm(station, { recursive: true, force: true });
  }
};

const program = (file: string, args: readonly string[]): ChildProcess =>
  spawn(process.execPath, ['--import', 'tsx', join(here, file), ...args], {
    stdio: ['ignore', 'pipe', 'inherit'],
    env: { ...process.env, BENCH_INPUT: INPUT },
  });

/** The first line a program prints; its end without one is an error. */
const firstLine = (child: ChildProcess): Promise<string> =>
  new Promise((resolve, reject) => {
    let text = '';
    child.stdout?.on('data', (chunk: Buffer) => {
      text += chunk.toString();
      const end = text.indexOf('\n');
      if (end !== -1) resolve(text.slice(0, end));
    });
    child.once('exit', (code) => reject(new Error(`A benchmark program ended with ${code}`)));
  });

const outcomeOf = async (child: ChildProcess): Promise<Outcome> => {
  const ended = new Promise<void>((resolve) => child.once('exit', () => resolve()));
  const outcome = JSON.parse(await firstLine(child)) as Outcome;
  await ended;
  return outcome;
};

const median = (outcomes: readonly Outcome[]): number => {
  const sorted = outcomes.map(({ ms }) => ms).sort((a, b) => a - b);
  return sorted[Math.floor(sorted.length / 2)] ?? Number.NaN;
};

const row = (outcomes: readonly Outcome[]): string => {
  const times = outcomes.map(({ ms }) => ms);
  const lost = outcomes.reduce((sum, outcome) => sum + outcome.lost, 0);
  return `${median(outcomes).toFixed(0)} (${Math.min(...times).toFixed(0)}..${Math.max(...times).toFixed(0)}) lost ${lost}`;
};
