/**
 * The scanner beside `find` and `openssl` on the same trees: many small files, few large ones.
 * Checksums and walk are measured as a task's agent runs them, threads' start included.
 */
import { spawnSync } from 'node:child_process';
import { randomFillSync } from 'node:crypto';
import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import type { AgentContext } from '../src/agents/agent.ts';
import { fileScannerAgent } from '../src/agents/inventory/file-scanner.ts';
import { versionAt } from '../src/agents/inventory/file-version.ts';
import { walkFolder } from '../src/agents/inventory/walk-folder.ts';
import { createStationPaths } from '../src/agents/paths.ts';
import { systemHost } from '../src/lib/host/system-host.ts';
import type { JsonObject } from '../src/lib/json.ts';
import { shown, type Figure } from './lib/figure.ts';
import { interleaved, ratios } from './lib/rounds.ts';
import { inScratch } from './lib/scratch.ts';

export const run = async (args: readonly string[]): Promise<readonly Figure[]> => {
  const rounds = Number(args[0] ?? 5);
  const small = Number(args[1] ?? 100_000);
  const large = Number(args[2] ?? 64);
  if (
    spawnSync('openssl', ['version']).status !== 0 ||
    spawnSync('find', ['.', '-prune']).status !== 0
  ) {
    throw new Error('There is no openssl or no find: the scanner has nothing to be compared with');
  }
  return inScratch(async (station) => {
    makeTree(join(station, 'small'), small, 1_000);
    makeTree(join(station, 'large'), large, 16 * 1024 * 1024);
    return [
      ...(await hashing(station, 'small', `hashing ${small} small files`, 0.9, rounds)),
      ...(await hashing(station, 'large', `hashing ${large} files of 16 MiB`, 1.15, rounds)),
      ...(await walking(station, small, rounds)),
      ...(await again(station, rounds)),
    ];
  });
};

const makeTree = (folder: string, files: number, size: number): void => {
  const bytes = Buffer.alloc(size);
  for (let file = 0; file < files; file += 1) {
    const within = join(folder, `d${Math.floor(file / 5_000)}`, `e${Math.floor(file / 100)}`);
    if (file % 100 === 0) mkdirSync(within, { recursive: true });
    randomFillSync(bytes, 0, Math.min(size, 1_000));
    writeFileSync(join(within, `file-${file}.txt`), bytes);
  }
};

const hashing = async (
  station: string,
  folder: string,
  quantity: string,
  atMost: number,
  rounds: number,
): Promise<readonly Figure[]> => {
  // Small files by the hundred, large ones one by one, so that both of the partner's processes work.
  const each = folder === 'small' ? 500 : 1;
  const { ours, openssl } = await interleaved(rounds, {
    ours: () => timeOf(() => scan(station, folder, {})),
    openssl: () =>
      shell(
        `find ${folder} -type f -print0 | xargs -0 -P2 -n${each} openssl dgst -sha256`,
        station,
      ),
  });
  console.log(`${quantity}: ours ${shown(ours)} ms, openssl ${shown(openssl)} ms`);
  const comparedWith = '`find … | xargs -P2 openssl dgst -sha256`';
  return [{ quantity, comparedWith, reach: { atMost }, values: ratios(ours, openssl), unit: 'x' }];
};

const walking = async (
  station: string,
  files: number,
  rounds: number,
): Promise<readonly Figure[]> => {
  const { ours, whole, find } = await interleaved(rounds, {
    ours: () => timeOf(() => walk(join(station, 'small'))),
    whole: () => timeOf(() => scan(station, 'small', { calculate_checksums: false })),
    find: () => shell("find small -type f -printf '%s %T@ %p\\n'", station),
  });
  console.log(
    `walk and stat of ${files} files: ours ${shown(ours)} ms, find ${shown(find)} ms; as a whole task without checksums ${shown(whole)} ms`,
  );
  return [
    {
      quantity: `walk and stat of ${files} files`,
      comparedWith: '`find -printf`',
      reach: { atMost: 2 },
      values: ratios(ours, find),
      unit: 'x',
    },
  ];
};

/**
 * The first inventory reads everything; the second one only looks whether anything has changed.
 * Small files in the cache are read as fast as they are looked at: there it is printed and no figure.
 */
const again = async (station: string, rounds: number): Promise<readonly Figure[]> => {
  const figures: Figure[] = [];
  for (const folder of ['large', 'small']) {
    await scan(station, folder, { incremental: true });
    const { first, second } = await interleaved(rounds, {
      first: () => timeOf(() => scan(station, folder, { incremental: true, verify: 'full' })),
      second: () => timeOf(() => scan(station, folder, { incremental: true })),
    });
    console.log(`${folder} files, first inventory ${shown(first)} ms, second ${shown(second)} ms`);
    if (folder === 'small') continue;
    figures.push({
      quantity: 'second inventory of an unchanged tree',
      comparedWith: 'the first',
      reach: { atMost: 1 / 20 },
      values: ratios(second, first),
      unit: 'x',
    });
  }
  return figures;
};

const scan = async (station: string, folder: string, scan_options: JsonObject): Promise<void> => {
  const context: AgentContext = {
    identity: { run: 'bench', task: 'scan', attempt: 1, workflow: 'bench' },
    signal: new AbortController().signal,
    // Later than the files' own times, so that they count as settled.
    now: () => Date.now() + 60_000,
    progress: () => undefined,
    log: (level, message) => console.log(`${level}: ${message}`),
    paths: createStationPaths({ root: station, readAccess: null, writeAccess: null }),
    history: { summary: () => Promise.reject(new Error('there is no history here')) },
    host: systemHost,
  };
  await fileScannerAgent.handle({ folder, scan_options }, context);
};

const walk = (folder: string): void => {
  const request = { folder, recursive: true, skipUnreadable: false, links: null };
  let files = 0;
  for (const step of walkFolder({ ...request, excludes: () => false })) {
    if (step.type === 'file' && versionAt(step.absolute).size > 0n) files += 1;
  }
  if (files === 0) throw new Error('The walk found nothing');
};

/** ms */
const timeOf = async (work: () => Promise<void> | void): Promise<number> => {
  const begun = performance.now();
  await work();
  return performance.now() - begun;
};

/** ms of a shell command, its output thrown away. */
const shell = (command: string, cwd: string): number => {
  const begun = performance.now();
  const ran = spawnSync('sh', ['-c', `${command} >/dev/null`], { cwd });
  if (ran.status !== 0) throw new Error(`${command} failed: ${ran.stderr.toString()}`);
  return performance.now() - begun;
};
