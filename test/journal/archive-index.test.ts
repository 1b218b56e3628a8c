/** What the archive's index answers, beside a journal in memory, and how little is read for it. */
import * as fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import type { JournalFiles } from '../../src/journal/journal-files.ts';
import type { ArchivedRuns, ArchiveEntry, Journal } from '../../src/journal/journal.ts';
import { createMemoryJournal } from '../../src/journal/memory-journal.ts';
import type { JournalProblem } from '../../src/journal/problems.ts';
import { openJournalForReading, type ListedRuns } from '../../src/journal/reading.ts';
import { createMemoryDisk } from './memory-disk.ts';
import { noted, openIn, parseNoted, summaryOf, write } from './noted.ts';
import type { Noted } from './noted.ts';

const FOLDER = '/s/.3ox';
const INDEX = `${FOLDER}/archive/index.jsonl`;
const PARTS = `${FOLDER}/archive/parts.jsonl`;

/** A run as the properties have it: handles and keys of some are the same, but for their case. */
const entryOf = (number: number, status = 'COMPLETED'): ArchiveEntry => ({
  ...summaryOf(`wf-${String(number).padStart(4, '0')}`),
  handle: `h${String(number % 6).padStart(2, '0')}${number % 2 === 0 ? 'a' : 'A'}`,
  workflow: number % 5 === 0 ? 'rare' : 'usual',
  status,
  startedBy: number % 7 === 0 ? 'ann' : 'bob',
  createdAt: number,
  key: number % 3 === 0 ? `key ${number % 9}` : null,
});

const step = fc.oneof(
  { weight: 5, arbitrary: fc.record({ type: fc.constant('archive'), run: fc.nat({ max: 8 }) }) },
  { weight: 3, arbitrary: fc.record({ type: fc.constant('restore'), run: fc.nat({ max: 8 }) }) },
  { weight: 1, arbitrary: fc.constant({ type: 'reopen', run: 0 } as const) },
);

/** Archives a run, after writing something to it; brings one back; what cannot be done is left. */
const perform = async (
  journal: Journal<Noted>,
  { type, run: number }: { readonly type: string; readonly run: number },
): Promise<void> => {
  const { run } = entryOf(number);
  if (journal.archived.has(run)) {
    if (type === 'restore') await journal.restore(run);
    return;
  }
  if (type === 'restore') return;
  const { length } = await journal.read(run);
  await journal.append({ run, events: [noted('x')], cause: 'c', at: 1 }, length);
  await journal.archive(run, entryOf(number, length % 2 === 0 ? 'COMPLETED' : 'FAILED'));
};

/** Everything that can be asked of it; lists in an order of their own are put in order. */
const answersOf = (archived: ListedRuns): unknown => {
  const sorted = (entries: Iterable<ArchiveEntry>): readonly string[] =>
    [...entries].map((entry) => JSON.stringify(entry)).sort();
  const failedOnes = archived.newest({
    mayHold: ({ statuses }) => statuses['FAILED'] !== undefined,
  });
  const raresByAnn = archived.newest({
    below: 'wf-0007',
    mayHold: ({ workflows, startedBy, latest }) =>
      latest >= 5 && (workflows?.includes('rare') ?? true) && (startedBy?.includes('ann') ?? true),
  });
  return {
    all: [...archived.newest()],
    below: [...archived.newest({ below: 'wf-0005' })],
    failed: [...failedOnes].filter(({ status }) => status === 'FAILED'),
    rares: [...raresByAnn].filter(
      ({ workflow, startedBy, createdAt }) =>
        workflow === 'rare' && startedBy === 'ann' && createdAt >= 5,
    ),
    named: ['H05a', 'h02A', 'wf-0007', 'WF-0008', 'nobody', '../x'].map((name) =>
      sorted(archived.named(name)),
    ),
    beginning: ['h0', 'H1', 'wf-001', 'WF-0', 'x', '"', '\u00fc'].map((name) =>
      sorted(archived.beginning(name)),
    ),
  };
};

/** What only an engine asks. */
const engineAnswersOf = (archived: ArchivedRuns): unknown => ({
  keys: [0, 3, 6, 9].map((number) => archived.withKey(`key ${number}`)?.run ?? null),
  counts: [...archived.counts()]
    .filter(([, count]) => count !== 0)
    .map(String)
    .sort(),
  has: Array.from({ length: 41 }, (_, number) => archived.has(entryOf(number).run)),
});

describe('the archive answers as one in memory does', () => {
  test('whatever was archived, brought back and archived again, and by whichever engine', async () => {
    await fc.assert(
      fc.asyncProperty(
        fc.array(step, { maxLength: 80, size: 'max' }),
        fc.integer({ min: 1, max: 6 }),
        async (steps, partLines) => {
          const files = createMemoryDisk();
          const reports: JournalProblem[] = [];
          const open = (epoch: number): Promise<Journal<Noted>> =>
            openIn(FOLDER, { files, epoch, partLines, onReport: (found) => reports.push(found) });
          const memory = createMemoryJournal<Noted>();
          let journal = await open(1);
          for (const [number, one] of steps.entries()) {
            if (one.type === 'reopen') {
              await journal.close();
              journal = await open(number + 2);
            }
            await Promise.all([perform(memory, one), perform(journal, one)]);
          }
          const reading = openJournalForReading({ folder: FOLDER, files, parseEvent: parseNoted });
          const expected = answersOf(memory.archived);
          expect(answersOf(journal.archived)).toEqual(expected);
          expect(answersOf(await reading.archived())).toEqual(expected);
          expect(engineAnswersOf(journal.archived)).toEqual(engineAnswersOf(memory.archived));
          for (const { handle } of memory.archived.newest()) {
            expect(journal.archived.hasHandle(handle)).toBe(true);
          }
          await journal.close();
          expect(reports).toEqual([]);
          expect((await reading.verify()).problems).toEqual([]);
        },
      ),
      { numRuns: 100 },
    );
  });

  test('a handle nobody has is nearly always known to be free', async () => {
    const journal = await filled(createMemoryDisk(), 200);
    const taken = Array.from({ length: 1000 }, (_, number) => `free${number}`).filter((handle) =>
      journal.archived.hasHandle(handle),
    );
    expect(taken.length).toBeLessThan(100);
    await journal.close();
  });
});

/** A journal with that many archived runs, ten to a part. */
const filled = async (
  files: JournalFiles,
  count: number,
  onReport: (found: JournalProblem) => void = () => undefined,
): Promise<Journal<Noted>> => {
  const journal = await openIn(FOLDER, { files, partLines: 10, onReport });
  for (let number = 0; number < count; number += 1) {
    const entry = entryOf(number, number === 33 ? 'FAILED' : 'COMPLETED');
    await write(journal, entry.run, ['1']);
    await journal.archive(entry.run, { ...entry, handle: `q${number}` });
  }
  return journal;
};

describe('what is read', () => {
  const reads = async (ask: (archived: ListedRuns) => void): Promise<number> => {
    const disk = createMemoryDisk();
    await (await filled(disk, 200)).close();
    let bytes = 0;
    const files: JournalFiles = {
      ...disk,
      readPart(file, offset, length) {
        const part = disk.readPart(file, offset, length);
        bytes += part.length;
        return part;
      },
    };
    const reading = openJournalForReading({ folder: FOLDER, files, parseEvent: parseNoted });
    const archived = await reading.archived();
    const before = bytes;
    ask(archived);
    return (bytes - before) / (disk.file(INDEX).length / 200);
  };
  /** As much as so many lines: the file of the parts, which are small here and so take as much as their lines. */
  const ALL_PARTS = 200;

  test('the newest runs: the last lines', async () => {
    const lines = await reads((archived) => {
      const newest = archived.newest()[Symbol.iterator]();
      for (let number = 199; number > 190; number -= 1) {
        expect(newest.next().value).toMatchObject({ handle: `q${number}` });
      }
    });
    expect(lines).toBeLessThan(ALL_PARTS + 30);
  });

  test('a rare status: the parts that have it', async () => {
    const lines = await reads((archived) => {
      const wanted = archived.newest({ mayHold: ({ statuses }) => 'FAILED' in statuses });
      const failed = [...wanted].filter(({ status }) => status === 'FAILED');
      expect(failed).toMatchObject([{ handle: 'q33' }]);
    });
    expect(lines).toBeLessThan(ALL_PARTS + 30);
  });

  test('a handle: its part', async () => {
    const lines = await reads((archived) => {
      expect(archived.named('Q55')).toMatchObject([{ run: 'wf-0055' }]);
    });
    expect(lines).toBeLessThan(ALL_PARTS + 30);
  });
});

describe('an index that is not as it was left', () => {
  const handlesOf = ({ archived }: Journal<Noted>): readonly string[] =>
    [...archived.newest()].map(({ handle }) => handle);
  const all = Array.from({ length: 35 }, (_, number) => `q${34 - number}`);

  test.each([
    ['parts that are lost', PARTS, () => Buffer.alloc(0), []],
    ['a torn part', PARTS, (bytes: Buffer) => bytes.subarray(0, -9), []],
    ['a part with a hole', PARTS, (bytes: Buffer) => Buffer.from(bytes).fill(0, 40, 60), []],
    ['parts of another index', PARTS, (bytes: Buffer) => Buffer.concat([bytes, bytes]), []],
    ['a torn end', INDEX, (bytes: Buffer) => bytes.subarray(0, -9), ['index_mended']],
    ['a short index', INDEX, (bytes: Buffer) => bytes.subarray(0, 3000), ['index_mended']],
    ['no index', INDEX, () => Buffer.alloc(0), ['index_mended']],
  ] as const)('%s: nothing is missing after a start', async (_, name, damage, reported) => {
    const files = createMemoryDisk();
    await (await filled(files, 35)).close();
    files.put(name, damage(files.file(name)));
    const reports: JournalProblem[] = [];
    const onReport = (found: JournalProblem): void => void reports.push(found);
    const journal = await openIn(FOLDER, { files, partLines: 10, epoch: 2, onReport });
    expect(handlesOf(journal)).toEqual(all);
    expect(journal.archived.counts().get('FAILED')).toBe(1);
    expect(reports.map(({ type }) => type)).toEqual(reported);
    await journal.close();
    const reading = openJournalForReading({ folder: FOLDER, files, parseEvent: parseNoted });
    expect((await reading.verify()).problems).toEqual([]);
  });

  test('a line in a part is damaged: said when it is met, whole again with the next start', async () => {
    const files = createMemoryDisk();
    await (await filled(files, 35)).close();
    files.file(INDEX).fill(0, 30, 40);
    const reports: JournalProblem[] = [];
    const onReport = (found: JournalProblem): void => void reports.push(found);
    const journal = await openIn(FOLDER, { files, partLines: 10, epoch: 2, onReport });
    expect(reports).toEqual([]);
    expect(handlesOf(journal)).toEqual(all.slice(0, -1));
    expect(handlesOf(journal)).toEqual(all.slice(0, -1));
    expect(reports).toMatchObject([{ type: 'index_damaged' }]);
    await write(journal, 'wf-9999', ['1']);
    await journal.archive('wf-9999', { ...summaryOf('wf-9999'), handle: 'last' });
    await journal.close();
    const next = await openIn(FOLDER, { files, partLines: 10, epoch: 3, onReport });
    expect(handlesOf(next)).toEqual(['last', ...all]);
    expect(reports).toMatchObject([{ type: 'index_damaged' }, { type: 'index_mended' }]);
    await next.close();
  });

  test('parts that cannot be written: said once, and archiving goes on', async () => {
    const disk = createMemoryDisk();
    const reports: JournalProblem[] = [];
    const files: JournalFiles = {
      ...disk,
      open(path, flags, mode) {
        if (path !== PARTS || flags !== 'a') return disk.open(path, flags, mode);
        throw Object.assign(new Error('EACCES: simulated'), { code: 'EACCES' });
      },
    };
    const journal = await filled(files, 35, (found) => reports.push(found));
    expect(handlesOf(journal)).toEqual(all);
    expect(reports).toMatchObject([{ type: 'not_compacted' }]);
    await journal.close();
  });
});
