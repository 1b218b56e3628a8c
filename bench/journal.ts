/**
 * Durable transitions: how many records per second reach the disk, by 1, 10, 100 and 1000 runs in
 * flight, beside what the disk alone syncs. Then what a transition costs with 1 to 10,000 active
 * runs, and how far its slowest hundredth is from the middle.
 */
import { closeSync, fdatasync, openSync, writeSync } from 'node:fs';
import { join } from 'node:path';
import { createFileJournal } from '../src/journal/file-journal.ts';
import { systemFiles, type JournalFiles } from '../src/journal/journal-files.ts';
import { openChainEngine } from './lib/chain-engine.ts';
import { quantileOf, shown, table, type Figure } from './lib/figure.ts';
import { interleaved, ratios } from './lib/rounds.ts';
import { inScratch } from './lib/scratch.ts';

const REACH = { 1: 0.7, 10: 6, 100: 20, 1000: 35 } as const;

export const run = async (args: readonly string[]): Promise<readonly Figure[]> => {
  const rounds = Number(args[0] ?? 5);
  return [
    ...(await throughput(rounds, 'this disk', 0)),
    ...(await throughput(rounds, 'a disk that takes 1 ms more', 1)),
    ...(await costs(rounds)),
    ...(await waits(rounds)),
  ];
};

/** Records per second, against single synced writes of the same size. */
const throughput = async (
  rounds: number,
  disk: string,
  delay: number,
): Promise<readonly Figure[]> => {
  const figures: Figure[] = [];
  const rows = [['in flight', 'raw fdatasync/s', 'journal appends/s', 'engine transitions/s']];
  const files = slowed(delay);
  for (const inFlight of [1, 10, 100, 1000] as const) {
    const { raw, journal, engine } = await interleaved(rounds, {
      raw: () => inScratch((folder) => rawRate(folder, files)),
      journal: () => inScratch((folder) => appendRate(folder, inFlight, files)),
      engine: () => inScratch((folder) => engineRate(folder, inFlight, files)),
    });
    rows.push([String(inFlight), shown(raw), shown(journal), shown(engine)]);
    for (const [what, values] of [
      ['journal appends/s', journal],
      ['durable transitions/s of the whole engine', engine],
    ] as const) {
      figures.push({
        quantity: `${what}, ${inFlight} in flight`,
        comparedWith: `raw fdatasync rate of ${disk}`,
        reach: { atLeast: REACH[inFlight] },
        values: ratios(values, raw),
        unit: 'x',
      });
    }
  }
  console.log(`${disk}\n\n${table(rows)}\n`);
  return figures;
};

const MEASURED = 700;

/** A record of the chain's usual size, written and synced, one at a time. */
const rawRate = async (folder: string, files: JournalFiles): Promise<number> => {
  const file = openSync(join(folder, 'raw'), 'w');
  const bytes = Buffer.alloc(700, 0x61);
  const rate = await perSecond(async () => {
    writeSync(file, bytes);
    await files.sync(file);
    return 1;
  });
  closeSync(file);
  return rate;
};

/** Each lane appends to a run of its own, one record after the other. */
const appendRate = async (folder: string, lanes: number, files: JournalFiles): Promise<number> => {
  const journal = await createFileJournal({
    folder,
    epoch: 1,
    parseEvent: (event) => event,
    files,
  });
  const event = { type: 'TaskCompleted', task: 'scan', output: 'x'.repeat(200) };
  let appended = 0;
  const work = { open: true };
  const lane = async (number: number): Promise<void> => {
    const request = { run: `r${number}`, events: [event], cause: 'CompleteTask', at: 1 };
    for (let version = 0; work.open; version += 1) {
      await journal.append(request, version);
      appended += 1;
    }
  };
  const begun = performance.now();
  const all = Array.from({ length: lanes }, (_, number) => lane(number));
  await new Promise((resolve) => setTimeout(resolve, MEASURED));
  const rate = (appended * 1000) / (performance.now() - begun);
  work.open = false;
  await Promise.all(all);
  await journal.close();
  return rate;
};

/** Lanes of runs: one ends, the next begins. */
const engineRate = (folder: string, lanes: number, files: JournalFiles): Promise<number> =>
  withEngine(folder, files, async (chain) => {
    const work = { open: true };
    const lane = async (): Promise<void> => {
      while (work.open) await chain.runToEnd();
    };
    const begun = performance.now();
    const all = Array.from({ length: lanes }, lane);
    await new Promise((resolve) => setTimeout(resolve, MEASURED * 2));
    const rate = (chain.transitions() * 1000) / (performance.now() - begun);
    work.open = false;
    await Promise.all(all);
    return rate;
  });

/**
 * What a transition costs beside idle runs, in processor time, which others on the machine do not
 * lengthen; by the clock it is printed too. Syncing is left out, for it costs the same.
 */
const costs = async (rounds: number): Promise<readonly Figure[]> => {
  const sizes = ['1', '10', '100', '1000', '10000'] as const;
  const measured = await interleaved(
    rounds,
    Object.fromEntries(
      sizes.map((size) => [size, () => inScratch((folder) => costWith(folder, Number(size)))]),
    ) as Record<(typeof sizes)[number], () => Promise<Cost>>,
  );
  const rows = [
    ['active runs', 'us of processor per transition', 'by the clock', 'p50, us', 'p99, us'],
  ];
  for (const size of sizes) {
    const column = (pick: (cost: Cost) => number): string => shown(measured[size].map(pick));
    rows.push([
      size,
      column(({ mean }) => mean),
      column(({ clock }) => clock),
      column(({ p50 }) => p50),
      column(({ p99 }) => p99),
    ]);
  }
  console.log(table(rows));
  const means = (size: (typeof sizes)[number]): readonly number[] =>
    measured[size].map(({ mean }) => mean);
  return (['1000', '10000'] as const).map((size): Figure => ({
    quantity: `cost per state change, 1 -> ${size} active runs`,
    comparedWith: 'itself at 1',
    reach: { atMost: 1.5 },
    values: ratios(means(size), means('1')),
    unit: 'x',
  }));
};

/** Microseconds of processor time, `clock` apart. */
interface Cost {
  readonly mean: number;
  readonly clock: number;
  readonly p50: number;
  readonly p99: number;
}

/**
 * How long a run waits for the engine: from an agent's answer until its next task is on offer, by
 * the clock, with this disk's syncs in it.
 */
const waits = async (rounds: number): Promise<readonly Figure[]> => {
  const sizes = ['1', '1000'] as const;
  const measured = await interleaved(rounds, {
    '1': () => inScratch((folder) => waitsWith(folder, 1)),
    '1000': () => inScratch((folder) => waitsWith(folder, 1000)),
  });
  return sizes.map((size) => {
    const column = (share: number): readonly number[] =>
      measured[size].map((times) => 1_000 * quantileOf(times, share));
    const [p50, p99] = [column(0.5), column(0.99)];
    console.log(
      `from answer to next task, ${size} active: p50 ${shown(p50)}, p99 ${shown(p99)} us`,
    );
    return {
      quantity: `engine overhead per task, p99, ${size} active`,
      comparedWith: 'p50',
      reach: { atMost: 5 },
      values: ratios(p99, p50),
      unit: 'x',
    };
  });
};

const waitsWith = (folder: string, active: number): Promise<readonly number[]> =>
  withEngine(folder, systemFiles, async (chain) => {
    for (let idle = 1; idle < active; idle += 1) await chain.startIdle();
    for (let warm = 0; warm < 200; warm += 1) await chain.runToEnd();
    const times: number[] = [];
    chain.onNext((ms) => times.push(ms));
    for (let count = 0; count < 400; count += 1) await chain.runToEnd();
    return times;
  });

const unsynced: JournalFiles = { ...systemFiles, sync: () => Promise.resolve() };

/** One run after the other beside `active - 1` that wait. */
const costWith = (folder: string, active: number): Promise<Cost> =>
  withEngine(folder, unsynced, async (chain) => {
    for (let idle = 1; idle < active; idle += 1) await chain.startIdle();
    for (let warm = 0; warm < 200; warm += 1) await chain.runToEnd();
    const times: number[] = [];
    const before = chain.transitions();
    const begun = performance.now();
    const start = used();
    let last = start;
    const stop = chain.engine.subscribe(() => {
      const now = used();
      times.push(now - last);
      last = now;
    });
    for (let count = 0; count < 400; count += 1) await chain.runToEnd();
    const transitions = chain.transitions() - before;
    const mean = (used() - start) / transitions;
    const clock = ((performance.now() - begun) * 1_000) / transitions;
    stop();
    return { mean, clock, p50: quantileOf(times, 0.5), p99: quantileOf(times, 0.99) };
  });

/** Microseconds of processor time so far, all threads: what others do on the machine is not in it. */
const used = (): number => {
  const { user, system } = process.cpuUsage();
  return user + system;
};

const withEngine = async <T>(
  folder: string,
  files: JournalFiles,
  work: (chain: Awaited<ReturnType<typeof openChainEngine>>) => Promise<T>,
): Promise<T> => {
  const chain = await openChainEngine(folder, { files });
  try {
    return await work(chain);
  } finally {
    await chain.close();
  }
};

const perSecond = async (work: () => Promise<number>): Promise<number> => {
  let done = 0;
  const begun = performance.now();
  while (performance.now() - begun < MEASURED) done += await work();
  return (done * 1000) / (performance.now() - begun);
};

/** The machine's files, each sync followed by `delay` ms: many disks take that long. */
const slowed = (delay: number): JournalFiles => ({
  ...systemFiles,
  sync: (file) =>
    new Promise((resolve, reject) => {
      fdatasync(file, (error) => {
        if (error !== null) reject(error);
        else if (delay === 0) resolve();
        else setTimeout(resolve, delay);
      });
    }),
});
