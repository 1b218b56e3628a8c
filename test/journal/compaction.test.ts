/** The journal stays about as long as what is alive in it, and nothing alive changes by it. */
import { copyFileSync, readFileSync, readdirSync, statSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import type { Journal } from '../../src/journal/journal.ts';
import { openJournalForReading } from '../../src/journal/reading.ts';
import { createMemoryDisk } from './memory-disk.ts';
import { openIn, parseNoted, replayed, summaryOf, write } from './noted.ts';
import type { Noted } from './noted.ts';
import { temporaryFolder } from './support.ts';

const EVERY = 20;
const options = { segmentBytes: 2000, compactEvery: EVERY };

/** One run that stays, among many that come and go: it would hold every segment. */
const busy = async (journal: Journal<Noted>, from: number, to: number): Promise<void> => {
  for (let number = from; number < to; number += 1) {
    await write(journal, 'stays', [`${number}`], number);
    await write(journal, `r${number}`, ['1', '2', '3']);
    await journal.archive(`r${number}`, summaryOf(`r${number}`));
  }
};

const namesIn = (folder: string): readonly string[] => readdirSync(join(folder, 'journal'));

test('one run that stays does not keep what came and went', async () => {
  const folder = temporaryFolder();
  const journal = await openIn(folder, options);
  await busy(journal, 0, 100);
  await journal.close();
  const bases = namesIn(folder).filter((name) => name.startsWith('base-'));
  expect(bases).toHaveLength(1);
  const size = namesIn(folder).reduce(
    (sum, name) => sum + statSync(join(folder, 'journal', name)).size,
    0,
  );
  // 100 lines of the one that stays, and not the 400 others: what is unneeded is at most as much again.
  expect(size).toBeLessThan(readFileSync(join(folder, 'archive', 'r0.jsonl')).length * 100);

  const next = await openIn(folder, { ...options, epoch: 2 });
  const records = await replayed(next);
  expect(records.map(({ run, version }) => `${run} ${version}`)).toEqual(
    Array.from({ length: 100 }, (_, index) => `stays ${index + 1}`),
  );
  expect(await next.read('stays')).toEqual(records);
  const [more] = await write(next, 'stays', ['more'], 100);
  expect(more).toMatchObject({ seq: 501, version: 101, prev: records.at(-1)?.hash });
  await next.close();
  const audit = await openJournalForReading({ folder, parseEvent: parseNoted }).verify();
  expect(audit).toMatchObject({ ok: true, runs: 101 });
});

test('a restored run and its chain go through compacting', async () => {
  const folder = temporaryFolder();
  const journal = await openIn(folder, options);
  const first = await write(journal, 'again', ['1', '2']);
  await journal.archive('again', summaryOf('again'));
  await journal.restore('again');
  const second = await write(journal, 'again', ['3'], 2);
  await busy(journal, 0, 60);
  await journal.close();
  const next = await openIn(folder, { ...options, epoch: 2 });
  expect(await next.read('again')).toEqual([...first, ...second]);
  await next.archive('again', summaryOf('again'));
  expect(await next.read('again')).toEqual([...first, ...second]);
  await next.close();
  const audit = await openJournalForReading({ folder, parseEvent: parseNoted }).verify();
  expect(audit.problems).toEqual([]);
});

test('segments that a crash left beside their base are passed over and removed', async () => {
  const folder = temporaryFolder();
  const journal = await openIn(folder, { ...options, compactEvery: Infinity });
  await busy(journal, 0, 40);
  await journal.close();
  const before = namesIn(folder).filter((name) => name.startsWith('segment-'));
  const kept = temporaryFolder();
  for (const name of before) copyFileSync(join(folder, 'journal', name), join(kept, name));
  const records = await replayed(openJournalForReading({ folder, parseEvent: parseNoted }));

  const compacted = await openIn(folder, { ...options, epoch: 2 });
  await compacted.close();
  expect(namesIn(folder).filter((name) => before.includes(name))).toEqual([]);
  for (const name of before) copyFileSync(join(kept, name), join(folder, 'journal', name));
  writeFileSync(join(folder, 'journal', 'base-0000000000000007.jsonl.1.tmp'), 'half');

  const reading = openJournalForReading({ folder, parseEvent: parseNoted });
  expect(await replayed(reading)).toEqual(records);
  expect(await reading.verify()).toMatchObject({ ok: true });
  const next = await openIn(folder, { ...options, epoch: 3 });
  expect(await replayed(next)).toEqual(records);
  await next.close();
  expect(namesIn(folder).filter((name) => name !== 'damaged')).toHaveLength(1);
});

test('a base that lacks lines, or the segment after it, stops the engine', async () => {
  const folder = temporaryFolder();
  const journal = await openIn(folder, options);
  await busy(journal, 0, 40);
  await journal.close();
  const base = namesIn(folder).find((name) => name.startsWith('base-')) ?? '';
  const path = join(folder, 'journal', base);
  const bytes = readFileSync(path);
  const last = bytes.lastIndexOf(0x0a, bytes.length - 2) + 1;
  for (const [damaged, what] of [
    [bytes.subarray(0, last), 'does not hold all its lines'],
    [bytes.subarray(0, bytes.length - 5), 'cut short'],
    [Buffer.alloc(0), 'does not hold all its lines'],
    [bytes.subarray(bytes.indexOf(0x0a) + 1), 'not the head of a base'],
  ] as const) {
    writeFileSync(path, damaged);
    const opening = openIn(folder, { ...options, epoch: 2 });
    await expect(opening).rejects.toMatchObject({ code: 'JOURNAL_DAMAGED' });
    await expect(opening).rejects.toThrow(what);
  }
  writeFileSync(path, bytes);
  await (await openIn(folder, { ...options, epoch: 2 })).close();
});

test('readers beside an engine that compacts see every live run each time', async () => {
  const folder = temporaryFolder();
  const journal = await openIn(folder, options);
  await write(journal, 'other', ['1']);
  const reading = openJournalForReading({ folder, parseEvent: parseNoted });
  const work = { done: false };
  const writing = busy(journal, 0, 40).finally(() => {
    work.done = true;
  });
  let looks = 0;
  while (!work.done) {
    const runs = new Set((await replayed(reading)).map(({ run }) => run));
    expect(runs.has('other')).toBe(true);
    expect(await reading.read('other')).toHaveLength(1);
    looks += 1;
    await new Promise(setImmediate);
  }
  await writing;
  expect(looks).toBeGreaterThan(0);
  await journal.close();
});

test('a base that cannot be written is reported, and the journal goes on', async () => {
  const disk = createMemoryDisk();
  const reports: string[] = [];
  const journal = await openIn('/s/.3ox', {
    ...options,
    files: {
      ...disk,
      open(path, flags) {
        if (path.endsWith('.tmp') && path.includes('base-')) {
          throw Object.assign(new Error('ENOSPC: no space left'), { code: 'ENOSPC' });
        }
        return disk.open(path, flags);
      },
    },
    onReport: ({ type }) => void reports.push(type),
  });
  await busy(journal, 0, 40);
  expect(new Set(reports)).toEqual(new Set(['not_compacted']));
  expect(await journal.read('stays')).toHaveLength(40);
  await journal.close();
});
