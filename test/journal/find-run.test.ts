/** One run is read without the others: the same records, and no file older than the run. */
import { appendFileSync, readFileSync, readdirSync, writeFileSync } from 'node:fs';
import { basename, join } from 'node:path';
import { expect, test } from 'vitest';
import { systemFiles } from '../../src/journal/journal-files.ts';
import { openJournalForReading } from '../../src/journal/reading.ts';
import { segmentName } from '../../src/journal/scan.ts';
import { openIn, parseNoted, summaryOf, write } from './noted.ts';
import { temporaryFolder } from './support.ts';

/** Runs whose names and texts look like one another's records. */
const names = [
  'a',
  'aa',
  'a"b',
  '","version":1',
  ...Array.from({ length: 20 }, (_, at) => `r${at}`),
];

test('reads what the engine has, through segments, archiving, restoring and compacting', async () => {
  const folder = temporaryFolder();
  const journal = await openIn(folder, { segmentBytes: 1_500, compactEvery: 25 });
  const reading = openJournalForReading({ folder, parseEvent: parseNoted });
  const versions = new Map(names.map((run) => [run, 0]));
  for (let round = 0; round < 8; round += 1) {
    for (const [at, run] of names.entries()) {
      const version = versions.get(run) ?? 0;
      await write(journal, run, [`"run":"a","version":${round}`, '{"run":"aa"}'], version);
      versions.set(run, version + 2);
      if (!/^[ar]\w*$/u.test(run) || (at + round) % 3 !== 0) continue;
      await journal.archive(run, summaryOf(run));
      if (round < 7 || at % 2 === 0) await journal.restore(run);
    }
  }
  for (const run of names) {
    const records = await journal.read(run);
    expect(records).toHaveLength(16);
    expect(await reading.read(run)).toEqual(records);
  }
  expect(readdirSync(join(folder, 'journal')).some((name) => name.startsWith('base-'))).toBe(true);
  await journal.close();
});

test('opens no file that was full before the run began', async () => {
  const folder = temporaryFolder();
  const journal = await openIn(folder, { segmentBytes: 1_000, compactEvery: 100_000 });
  for (let at = 0; at < 30; at += 1) await write(journal, 'old', [`${at}`], at);
  const before = readdirSync(join(folder, 'journal')).length;
  const records = await write(journal, 'young', ['1', '2']);
  const read = new Set<string>();
  const files = {
    ...systemFiles,
    open(path: string, ...how: [flags: 'r']) {
      read.add(basename(path));
      return systemFiles.open(path, ...how);
    },
  };
  const reading = openJournalForReading({ folder, parseEvent: parseNoted, files });
  expect(await reading.read('young')).toEqual(records);
  expect(before).toBeGreaterThan(5);
  expect(read.size).toBeGreaterThan(0);
  expect(read.size).toBeLessThanOrEqual(2);
  await journal.close();
});

test('reads no more of a large file than the run is old', async () => {
  const folder = temporaryFolder();
  const journal = await openIn(folder);
  const large = 'x'.repeat(100_000);
  for (let at = 0; at < 40; at += 1) await write(journal, 'old', [large], at);
  const young = await write(journal, 'young', ['1']);
  const middling = await write(
    journal,
    'middling',
    Array.from({ length: 6 }, () => large),
  );
  let bytes = 0;
  const files = {
    ...systemFiles,
    readPart(file: number, offset: number, length: number) {
      bytes += length;
      return systemFiles.readPart(file, offset, length);
    },
  };
  const reading = openJournalForReading({ folder, parseEvent: parseNoted, files });
  expect(await reading.read('middling')).toEqual(middling);
  expect(await reading.read('young')).toEqual(young);
  expect(bytes).toBeLessThan(4_000_000);
  expect(await reading.read('old')).toHaveLength(40);
  await journal.close();
});

test('leaves out what an engine wrote after it had lost its lock', async () => {
  const folder = temporaryFolder();
  const old = await openIn(folder);
  const before = await write(old, 'a', ['1']);
  const fresh = await openIn(folder, { epoch: 2 });
  await write(old, 'a', ['too late'], 1);
  const after = await write(fresh, 'a', ['new'], 1);
  const reading = openJournalForReading({ folder, parseEvent: parseNoted });
  expect(await reading.read('a')).toEqual([...before, ...after]);
  await old.close();
  await fresh.close();
});

test('refuses a run with a changed or a missing record, and passes over half of a new one', async () => {
  const folder = temporaryFolder();
  const journal = await openIn(folder);
  const records = await write(journal, 'a', ['1', '2', '3']);
  const other = await write(journal, 'b', ['1']);
  await journal.close();
  const file = join(folder, 'journal', segmentName(1));
  const bytes = readFileSync(file);
  const reading = openJournalForReading({ folder, parseEvent: parseNoted });
  const flipped = Buffer.from(bytes);
  const place = flipped.indexOf('"version":2');
  flipped.writeUInt8(flipped.readUInt8(place + 10) ^ 1, place + 10);
  writeFileSync(file, flipped);
  await expect(reading.read('a')).rejects.toMatchObject({ code: 'RUN_DAMAGED', run: 'a' });
  expect(await reading.read('b')).toEqual(other);
  writeFileSync(file, bytes);
  appendFileSync(file, bytes.subarray(0, 200));
  const torn = openJournalForReading({ folder, parseEvent: parseNoted });
  expect(await torn.read('a')).toEqual(records);
});

test('finds a run that is archived, when no line of the journal names it any more', async () => {
  const folder = temporaryFolder();
  const journal = await openIn(folder, { segmentBytes: 500, compactEvery: 5 });
  await write(journal, 'old', ['1', '2', '3']);
  const records = await journal.read('old');
  await journal.archive('old', summaryOf('old'));
  for (let at = 0; at < 40; at += 1) {
    await write(journal, `r${at}`, ['x']);
    await journal.archive(`r${at}`, summaryOf(`r${at}`));
  }
  await journal.close();
  const left = readdirSync(join(folder, 'journal')).filter((name) =>
    readFileSync(join(folder, 'journal', name), 'utf8').includes('"run":"old"'),
  );
  expect(left).toEqual([]);
  const reading = openJournalForReading({ folder, parseEvent: parseNoted });
  expect(await reading.read('old')).toEqual(records);
});
