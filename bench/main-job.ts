/**
 * The main job beside the guide's own design: the same five tasks by the same handlers for
 * 1, 10 and 100 runs at once, rounds of both interleaved. Prints medians, spread and ratio.
 * With 1 and 10 at a time there are several turns in each process, and the middle one counts.
 * `npm run bench -- main-job [rounds] [seconds until the guide's design is given up]`
 */
import { spawn, type ChildProcess } from 'node:child_process';
import { cp, mkdir, mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { projectFolder } from '../src/lib/project-folder.ts';
import { quantileOf, shown, type Figure } from './lib/figure.ts';
import { interleaved, ratios } from './lib/rounds.ts';

interface Outcome {
  /** ms of each turn. */
  readonly times: readonly number[];
  /** Runs that did not complete. */
  readonly lost: number;
}

const project = projectFolder();
const definition = join(project, 'bench', 'definitions', 'bench-inventory.workflow.yaml');
const INPUT = JSON.stringify({
  target_folder: '0UT.3OX',
  policy_file: '.3ox.index/POLICY/INVENTORY.POLICY.md',
});
/** Turns one after the other, so that both sides are past their programs' first moments; with 100 the guide's design never ends. */
const TURNS = { 1: 5, 10: 5, 100: 1 } as const;

export const run = async (args: readonly string[]): Promise<readonly Figure[]> => {
  const rounds = Number(args[0] ?? 3);
  // After this long, for all turns together, the guide's design is taken to wait for ever.
  const giveUp = Number(args[1] ?? 60) * 1_000;
  const figures: Figure[] = [];
  console.log(`main job: five tasks, ${rounds} rounds of each, interleaved`);
  console.log('runs | ours ms median (min..max) lost | guide ms median (min..max) lost');
  for (const runs of [1, 10, 100] as const) {
    const turns = TURNS[runs];
    const { ours, guide } = await interleaved(
      rounds,
      {
        ours: () => onCopy((station) => oursOn(station, runs, turns)),
        guide: () => onCopy((station) => guideOn(station, runs, turns, giveUp / turns)),
      },
      0,
    );
    console.log(`${runs} | ${row(ours)} | ${row(guide)}`);
    if (turns > 1)
      console.log(`  first turn of a process: ${shown(firsts(ours))} | ${shown(firsts(guide))}`);
    // A design that never ends was given up after a while: then its ratio is a lower bound.
    const open = guide.some(({ lost }) => lost > 0) ? ', which lost tasks and was given up' : '';
    figures.push({
      quantity: `five-task workflow, ${runs} at a time`,
      comparedWith: `the guide's design${open}`,
      reach: { atLeast: runs === 1 ? 100 : 20 },
      values: ratios(times(guide), times(ours)),
      unit: 'x',
    });
  }
  return figures;
};

const oursOn = (station: string, runs: number, turns: number): Promise<Outcome> =>
  outcomeOf(program('ours.js', [station, String(runs), String(turns)]));

const guideOn = async (
  station: string,
  runs: number,
  turns: number,
  giveUp: number,
): Promise<Outcome> => {
  const agents = program('baseline/guide-agents.js', [station]);
  try {
    await firstLine(agents);
    return await outcomeOf(
      program('baseline/guide-engine.js', [
        station,
        definition,
        ...[runs, turns, giveUp].map(String),
      ]),
    );
  } finally {
    agents.kill('SIGKILL');
  }
};

const onCopy = async (work: (station: string) => Promise<Outcome>): Promise<Outcome> => {
  const station = await mkdtemp(join(tmpdir(), 'bench-station-'));
  try {
    await cp(join(project, 'examples', 'station'), station, { recursive: true });
    for (const folder of ['task-queue', 'response-queue']) {
      await mkdir(join(station, '.3ox', folder), { recursive: true });
    }
    return await work(station);
  } finally {
    await rm(station, { recursive: true, force: true });
  }
};

const program = (file: string, args: readonly string[]): ChildProcess =>
  spawn(process.execPath, [fileURLToPath(new URL(file, import.meta.url)), ...args], {
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

/** The middle turn of each round. */
const times = (outcomes: readonly Outcome[]): readonly number[] =>
  outcomes.map((outcome) => quantileOf(outcome.times, 0.5));

const firsts = (outcomes: readonly Outcome[]): readonly number[] =>
  outcomes.map((outcome) => outcome.times[0] ?? Number.NaN);

const row = (outcomes: readonly Outcome[]): string => {
  const lost = outcomes.reduce((sum, outcome) => sum + outcome.lost, 0);
  return `${shown(times(outcomes))} lost ${lost}`;
};
