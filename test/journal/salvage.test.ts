/** A journal damaged in its middle: what can be read is kept, and nobody who lost something goes on unnoticed. */
import {
  cpSync,
  mkdtempSync,
  readFileSync,
  readdirSync,
  rmSync,
  statSync,
  truncateSync,
  writeFileSync,
} from 'node:fs';
import { join } from 'node:path';
import { array, assert, asyncProperty, constantFrom, double, nat, tuple } from 'fast-check';
import { beforeAll, expect, test } from 'vitest';
import type { JournalRecord } from '../../src/journal/journal.ts';
import { systemFiles } from '../../src/journal/journal-files.ts';
import { openJournalForReading } from '../../src/journal/reading.ts';
import { parkedRuns } from '../../src/journal/recovery-notes.ts';
import { findSalvage, salvageJournal } from '../../src/journal/salvage.ts';
import { openIn, parseNoted, replayed, summaryOf, write } from './noted.ts';
import type { Noted } from './noted.ts';
import { createMemoryDisk } from './memory-disk.ts';
import { temporaryFolder } from './support.ts';

type History = ReadonlyMap<string, readonly JournalRecord<Noted>[]>;

let origin: string;
let before: History;

/** Live runs in turn, one that was archived and restored, many that came and went; a base and segments. */
beforeAll(async () => {
  origin = mkdtempSync(join(temporaryFolder(), 'origin-'));
  const journal = await openIn(origin, { segmentBytes: 2_500, compactEvery: 20 });
  await write(journal, 'again', ['1', '2']);
  await journal.archive('again', summaryOf('again'));
  await journal.restore('again');
  for (let turn = 0; turn < 12; turn += 1) {
    for (const run of ['a', 'b', 'c']) await write(journal, run, [`${run}${turn}`], turn);
    await write(journal, `gone${turn}`, ['1', '2', '3']);
    await journal.archive(`gone${turn}`, summaryOf(`gone${turn}`));
  }
  await write(journal, 'again', ['3'], 2);
  await write(journal, 'late', ['1']);
  await journal.close();
  before = await historyOf(origin);
  expect(readdirSync(join(origin, 'journal')).map((name) => name.slice(0, 4))).toEqual(
    expect.arrayContaining(['base', 'segm']),
  );
});

const historyOf = async (folder: string): Promise<History> => {
  const runs = new Map<string, JournalRecord<Noted>[]>();
  for (const record of await replayed(openJournalForReading({ folder, parseEvent: parseNoted }))) {
    runs.set(record.run, [...(runs.get(record.run) ?? []), record]);
  }
  return runs;
};

const damages = ['flip', 'zero', 'cut', 'delete'] as const;

const damage = (path: string, how: (typeof damages)[number], share: number): void => {
  const bytes = readFileSync(path);
  const at = Math.floor(share * bytes.length);
  if (how === 'flip') bytes[at] = (bytes[at] ?? 0) ^ 1;
  if (how === 'zero') bytes.fill(0, at, Math.min(at + 700, bytes.length));
  if (how === 'delete') rmSync(path);
  else writeFileSync(path, how === 'cut' ? bytes.subarray(0, at) : bytes);
};

test('property: every run is as it was, or named', async () => {
  const where = tuple(
    nat(),
    constantFrom(...damages),
    double({ min: 0, max: 1, maxExcluded: true, noNaN: true }),
  );
  let damaged = 0;
  await assert(
    asyncProperty(array(where, { minLength: 1, maxLength: 2 }), async (places) => {
      const folder = temporaryFolder();
      cpSync(origin, folder, { recursive: true });
      const journal = join(folder, 'journal');
      for (const [file, how, share] of places) {
        const names = readdirSync(journal).filter((name) => name.endsWith('.jsonl'));
        damage(join(journal, names[file % names.length] ?? ''), how, share);
      }
      const seen = openJournalForReading({ folder, parseEvent: parseNoted });
      const { problems } = await seen.verify();
      const opened = await openIn(folder, { epoch: 2 }).then(
        (one) => one.close(),
        () => 'damaged',
      );
      // What an engine opens by itself is not for here.
      if (opened !== 'damaged') return;
      expect(problems).not.toEqual([]);
      damaged += 1;

      const plan = findSalvage(systemFiles, folder);
      expect(plan.wrong).not.toEqual([]);
      await salvageJournal(systemFiles, folder);
      const to = Number(/base-(\d+)/u.exec(readdirSync(journal).join())?.[1]);
      const next = await openIn(folder, { epoch: 3 });
      const broken = next.damaged();
      expect([...broken.keys()]).toEqual([...plan.broken.keys()]);
      expect([...parkedRuns(folder, systemFiles).keys()]).toEqual(plan.doubtful);
      const after = await historyOf(folder);
      for (const [run, records] of before) {
        if (broken.has(run)) continue;
        const left = after.get(run) ?? [];
        expect(left).toEqual(records.slice(0, left.length));
        // Beyond the last good line nobody can tell what there was.
        if (records.slice(left.length).every(({ seq }) => seq > to)) continue;
        if (left.length > 0) expect(plan.doubtful).toContain(run);
        else expect(plan.lost === null || plan.lost > 0).toBe(true);
      }
      // Runs that are well go on, and the archive is what it was.
      for (const [run, records] of after) {
        await write(next, run, ['more'], records.length);
      }
      expect(await next.read('gone3')).toHaveLength(3);
      await next.close();
      const again = await openIn(folder, { epoch: 4 });
      expect([...again.damaged().keys()]).toEqual([...broken.keys()]);
      await again.close();
    }),
    { numRuns: 25 },
  );
  expect(damaged).toBeGreaterThan(8);
});

/** Three runs of two records each, in one segment, and where its lines begin. */
const small = async () => {
  const folder = temporaryFolder();
  const journal = await openIn(folder);
  for (const version of [0, 1]) {
    for (const run of ['a', 'b', 'c']) await write(journal, run, [`${version}`], version);
  }
  await journal.close();
  const path = join(folder, 'journal', 'segment-0000000000000001.jsonl');
  const lines = readFileSync(path, 'utf8').split('\n').slice(0, -1);
  return { folder, path, lines };
};

const unlike = (line: string): string => line.replace('"cause":"test"', '"cause":"tesT"');

test('a gap is the run with the gap, and nobody else is in doubt', async () => {
  const { folder, path, lines } = await small();
  writeFileSync(path, `${[unlike(lines[0] ?? ''), ...lines.slice(1)].join('\n')}\n`);
  const plan = findSalvage(systemFiles, folder);
  expect(plan).toMatchObject({ lost: 1, kept: 5, doubtful: [], gone: [] });
  expect([...plan.broken.keys()]).toEqual(['a']);
});

test('a last record that can be told by its text is its run; one that cannot puts all in doubt who could miss it', async () => {
  const { folder, path, lines } = await small();
  const [b2 = '', c2 = ''] = lines.slice(4);
  writeFileSync(path, `${[...lines.slice(0, 4), unlike(b2), c2].join('\n')}\n`);
  expect(findSalvage(systemFiles, folder)).toMatchObject({ lost: 1, doubtful: ['b'], gone: [] });
  writeFileSync(path, `${[...lines.slice(0, 4), '0'.repeat(b2.length), c2].join('\n')}\n`);
  // c's last record comes after the lost one, and says by its version that nothing is missing before it.
  expect(findSalvage(systemFiles, folder)).toMatchObject({ lost: 1, doubtful: ['a', 'b'] });
});

test('a run of which nothing is left is named', async () => {
  const { folder, path, lines } = await small();
  const only = lines.filter((line) => !line.includes('"run":"b","version":2'));
  writeFileSync(
    path,
    `${only.map((line) => (line === lines[1] ? unlike(line) : line)).join('\n')}\n`,
  );
  expect(findSalvage(systemFiles, folder)).toMatchObject({ gone: ['b'], doubtful: ['a'] });
});

test('a failing disk leaves the damaged journal or the new one', async () => {
  const { folder, path, lines } = await small();
  truncateSync(path, statSync(path).size - 100);
  const text = `${[lines[0], unlike(lines[1] ?? ''), ...lines.slice(2)].join('\n')}\n`;
  let outcomes = 0;
  for (let failAt = 1; ; failAt += 1) {
    const disk = createMemoryDisk();
    disk.makeFolder(`${folder}/journal`);
    disk.put(path, Buffer.from(text));
    disk.failAt = disk.calls + failAt;
    const failed = await salvageJournal(disk, folder).then(
      () => null,
      (error: unknown) => error,
    );
    if (failed === null) break;
    outcomes += 1;
    disk.failAt = 0;
    const left = findSalvage(disk, folder);
    const keeps = left.wrong.length > 0 ? left : await salvageJournal(disk, folder);
    expect([...keeps.broken.keys(), keeps.kept]).toEqual(['b', 5]);
  }
  expect(outcomes).toBeGreaterThan(5);
});
