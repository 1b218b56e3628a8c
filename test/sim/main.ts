/**
 * `npm run sim -- --seeds 100000`: plays seeds, stops at the first that breaks a rule and says how
 * to play it again. `--seed 7` plays one and tells what happens; `--from` sets the first seed;
 * `--workers 2` plays in so many processes; `--go` goes on after a failure.
 */
import { fork } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import { parseArgs } from 'node:util';
import { simulate } from './simulate.ts';

/** What became of one seed. */
interface Played {
  readonly seed: number;
  /** What broke, or null. */
  readonly broken: string | null;
  readonly figures: Readonly<Record<(typeof FIGURES)[number], number>> | null;
}

const FIGURES = ['runs', 'crashes', 'faults', 'owed', 'steps'] as const;

const play = async (seed: number): Promise<Played> => {
  try {
    return { seed, broken: null, figures: await simulate({ seed }) };
  } catch (error) {
    const text = error instanceof Error ? (error.stack ?? error.message) : String(error);
    return { seed, broken: text.slice(0, 1_500), figures: null };
  }
};

const main = async (): Promise<void> => {
  const { values } = parseArgs({
    options: {
      seeds: { type: 'string', default: '200' },
      from: { type: 'string', default: '1' },
      seed: { type: 'string' },
      workers: { type: 'string', default: '1' },
      go: { type: 'boolean', default: false },
      /** Of a process for a share of the seeds: every so many-th. */
      every: { type: 'string' },
    },
  });
  if (values.seed !== undefined) {
    const result = await simulate({ seed: Number(values.seed), log: (line) => console.log(line) });
    const { files: _, events, ...figures } = result;
    console.log(JSON.stringify({ ...figures, events: [...events].sort() }));
    return;
  }
  const [from, end] = [Number(values.from), Number(values.from) + Number(values.seeds)];
  if (values.every !== undefined) return playShare(from, end, Number(values.every));
  const workers = Number(values.workers);
  const begun = performance.now();
  const total = { runs: 0, crashes: 0, faults: 0, owed: 0, steps: 0 };
  let [played, failed] = [0, 0];

  /** False when the rest need not be played. */
  const take = ({ seed, broken, figures }: Played): boolean => {
    played += 1;
    for (const name of FIGURES) total[name] += figures?.[name] ?? 0;
    if (broken !== null) {
      failed += 1;
      console.error(`seed ${seed}: ${broken}\nplay it again: npm run sim -- --seed ${seed}`);
    }
    if (played % 1_000 === 0) console.log(`${played} seeds`);
    return broken === null || values.go;
  };

  if (workers > 1) {
    await Promise.all(
      Array.from({ length: workers }, (_, first) => inProcess(from + first, end, workers, take)),
    );
  } else {
    for (let seed = from; seed < end; seed += 1) if (!take(await play(seed))) break;
  }
  const seconds = (performance.now() - begun) / 1_000;
  const { runs, crashes, faults, owed, steps } = total;
  console.log(
    `${played} seeds, ${failed} failed: ${runs} runs, ${crashes} crashes, ${faults} faults, ${owed} appearances traced to a record, ${steps} steps in ${seconds.toFixed(1)} s`,
  );
  process.exitCode = failed === 0 ? 0 : 1;
};

const inProcess = (
  from: number,
  end: number,
  every: number,
  take: (played: Played) => boolean,
): Promise<void> =>
  new Promise((resolve, reject) => {
    const share = ['--from', `${from}`, '--seeds', `${end - from}`, '--every', `${every}`];
    const child = fork(fileURLToPath(import.meta.url), share, { serialization: 'advanced' });
    let stopped = false;
    child.on('message', (played: Played) => {
      if (stopped || take(played)) return;
      stopped = true;
      child.kill();
    });
    child.on('error', reject);
    child.on('exit', (code) =>
      code === 0 || stopped
        ? resolve()
        : reject(new Error(`a process of seeds ended with ${code}`)),
    );
  });

const playShare = async (from: number, end: number, every: number): Promise<void> => {
  for (let seed = from; seed < end; seed += every) {
    const played = await play(seed);
    await new Promise((sent) => process.send?.(played, sent));
  }
  process.disconnect();
};

await main();
