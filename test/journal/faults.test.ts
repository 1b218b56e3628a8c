/** The journal over a disk that fails or forgets at any call (I1). */
import * as fc from 'fast-check';
import { expect, test } from 'vitest';
import type { Journal, JournalRecord } from '../../src/journal/journal.ts';
import type { JournalProblem } from '../../src/journal/problems.ts';
import { verifyJournal } from '../../src/journal/verify.ts';
import { noted, openIn, replayed, summaryOf } from './noted.ts';
import type { Noted } from './noted.ts';
import { createMemoryDisk } from './memory-disk.ts';
import type { MemoryDisk } from './memory-disk.ts';

type Record = JournalRecord<Noted>;

/** What was promised to the caller. */
interface Promised {
  readonly records: Map<string, Record[]>;
  readonly archived: Set<string>;
  readonly failures: unknown[];
}

const nothing = (): Promised => ({ records: new Map(), archived: new Set(), failures: [] });

const openOn = (disk: MemoryDisk, epoch: number, reports: JournalProblem[] = []) =>
  openIn('/s/.3ox', {
    files: disk,
    epoch,
    segmentBytes: 900,
    compactEvery: 2,
    partLines: 2,
    onReport: (problem) => reports.push(problem),
  });

/** Batches of appends, archivings and a restore, noting what was acknowledged. */
const script = async (journal: Journal<Noted>, promised: Promised): Promise<void> => {
  const versions = new Map<string, number>();
  const keep = (work: Promise<unknown>): Promise<void> =>
    work.then(
      () => undefined,
      (error: unknown) => void promised.failures.push(error),
    );
  const append = async (run: string): Promise<void> => {
    const version = versions.get(run) ?? 0;
    versions.set(run, version + 1);
    const request = { run, events: [noted(`${run}.${version}`)], cause: 'c', at: 1 };
    const record = await journal.append(request, version);
    promised.records.set(run, [...(promised.records.get(run) ?? []), record]);
  };
  const archive = async (run: string): Promise<void> => {
    await journal.archive(run, summaryOf(run));
    promised.archived.add(run);
  };
  for (const runs of [['a', 'b', 'a'], ['c'], ['b', 'c', 'c', 'd']]) {
    await Promise.all(runs.map((run) => keep(append(run))));
  }
  await Promise.all([keep(archive('a')), keep(archive('b')), keep(append('d'))]);
  promised.archived.delete('a');
  await keep(journal.restore('a'));
  await Promise.all(['a', 'c', 'e'].map((run) => keep(append(run))));
  await Promise.all([keep(archive('a')), keep(archive('c'))]);
  await Promise.all(['d', 'e'].map((run) => keep(append(run))));
};

/** Everything promised is there, and nothing that was never asked for. */
const check = async (journal: Journal<Noted>, promised: Promised): Promise<void> => {
  const listed = new Set([...journal.archived.newest()].map(({ run }) => run));
  for (const run of promised.archived) expect(listed.has(run)).toBe(true);
  const live = await replayed(journal);
  for (const run of ['a', 'b', 'c', 'd', 'e']) {
    const found = await journal.read(run);
    const kept = promised.records.get(run) ?? [];
    expect(found.slice(0, kept.length)).toEqual(kept);
    expect(found.map(({ version }) => version)).toEqual(found.map((_, index) => index + 1));
    expect(found.map(({ events }) => events[0]?.text)).toEqual(
      found.map((_, index) => `${run}.${index}`),
    );
    expect(live.filter((record) => record.run === run)).toEqual(listed.has(run) ? [] : found);
  }
};

/** The next engine finds what was promised, and can go on. */
const checkAfter = async (disk: MemoryDisk, promised: Promised, epoch: number): Promise<void> => {
  const reports: JournalProblem[] = [];
  const journal = await openOn(disk, epoch, reports);
  expect(reports.filter(({ type }) => type === 'run_damaged')).toEqual([]);
  await check(journal, promised);
  const { length } = await journal.read('later');
  await journal.append({ run: 'later', events: [noted('x')], cause: 'c', at: 1 }, length);
  await journal.close();
  const audit = await verifyJournal({ folder: '/s/.3ox', files: disk });
  expect(audit.problems).toEqual([]);
};

/** A small generator of repeatable numbers in [0, 1). */
const randomFrom = (seed: number): (() => number) => {
  let state = seed >>> 0;
  return () => {
    state = (Math.imul(state, 1664525) + 1013904223) >>> 0;
    return state / 2 ** 32;
  };
};

test('without faults the script does all it says', async () => {
  const disk = createMemoryDisk();
  const promised = nothing();
  const journal = await openOn(disk, 1);
  await script(journal, promised);
  expect(promised.failures).toEqual([]);
  expect([...promised.archived].sort()).toEqual(['a', 'b', 'c']);
  await journal.close();
  // Every loop below goes through compacting and through parts of the archive's index, too.
  expect(disk.file('/s/.3ox/archive/parts.jsonl').length).toBeGreaterThan(0);
  expect(disk.list('/s/.3ox/journal').filter((name) => name.startsWith('base-'))).toHaveLength(1);
  await checkAfter(disk, promised, 2);
});

test.each([null, 0, 0.5, 1])(
  'the N-th call fails, for every N (short writes: %s)',
  async (shortWrite) => {
    for (let failAt = 1; ; failAt += 1) {
      const disk = createMemoryDisk();
      disk.failAt = failAt;
      disk.shortWrite = shortWrite;
      const promised = nothing();
      const journal = await openOn(disk, 1).catch(() => null);
      if (journal !== null) {
        await script(journal, promised);
        // Reading goes on, and shows what was acknowledged.
        if (disk.calls >= failAt) await check(journal, promised);
        await journal.close().catch(() => undefined);
      }
      const reached = disk.calls >= failAt;
      disk.failAt = 0;
      await checkAfter(disk, promised, 2);
      if (!reached) break;
      expect(failAt).toBeLessThan(2000);
    }
  },
);

test('after a failed sync nothing is acknowledged any more, though the disk is well again', async () => {
  const disk = createMemoryDisk();
  const journal = await openOn(disk, 1);
  const append = (version: number) =>
    journal.append({ run: 'a', events: [noted(String(version))], cause: 'c', at: 1 }, version);
  await append(0);
  disk.onSync = () => Promise.reject(Object.assign(new Error('EIO'), { code: 'EIO' }));
  const outcomes = await Promise.allSettled([append(1), append(2), append(3)]);
  expect(outcomes.map(({ status }) => status)).toEqual(['rejected', 'rejected', 'rejected']);
  disk.onSync = null;
  await expect(append(4)).rejects.toMatchObject({
    code: 'JOURNAL_STOPPED',
    cause: { code: 'EIO' },
  });
  await expect(journal.archive('a', summaryOf('a'))).rejects.toMatchObject({
    code: 'JOURNAL_STOPPED',
  });
  expect(await journal.read('a')).toHaveLength(1);
  expect(await replayed(journal)).toHaveLength(1);
  await journal.close();
});

test('what arrives during a sync shares the next one', async () => {
  const disk = createMemoryDisk();
  const journal = await openOn(disk, 1);
  let syncs = 0;
  let release: () => void = () => undefined;
  disk.onSync = () => {
    syncs += 1;
    return new Promise((resolve) => {
      release = resolve;
    });
  };
  let acknowledged = 0;
  const append = (version: number) =>
    journal
      .append({ run: 'a', events: [noted('x')], cause: 'c', at: 1 }, version)
      .then(() => (acknowledged += 1));
  const turn = () => new Promise(setImmediate);
  const pending = [append(0), append(1)];
  await turn();
  expect([syncs, acknowledged]).toEqual([1, 0]);
  for (let version = 2; version < 50; version += 1) {
    pending.push(append(version));
    if (version % 10 === 0) await turn();
  }
  expect([syncs, acknowledged]).toEqual([1, 0]);
  release();
  // The two who were just answered may have more to say in this turn.
  await turn();
  await turn();
  expect([syncs, acknowledged]).toEqual([2, 2]);
  release();
  await Promise.all(pending);
  expect([syncs, acknowledged]).toEqual([2, 50]);
  await journal.close();
});

test('the records of one turn are one write, those that are too long for it apart', async () => {
  const disk = createMemoryDisk();
  const writes: number[] = [];
  const files: MemoryDisk = {
    ...disk,
    write(file, bytes, from) {
      writes.push(bytes.length - from);
      return disk.write(file, bytes, from);
    },
  };
  const journal = await openIn('/s/.3ox', { files });
  const append = (version: number, text = 'x') =>
    journal.append({ run: 'a', events: [noted(text)], cause: 'c', at: 1 }, version);
  const numbers = Array.from({ length: 50 }, (_, version) => version);
  const records = await Promise.all(numbers.map((version) => append(version)));
  expect(writes).toHaveLength(1);
  // Not in the file yet, and not shown.
  const pending = [append(50), append(51, '\u00fc'.repeat(300_000)), append(52)];
  expect(await journal.read('a')).toEqual(records);
  expect(await replayed(journal)).toEqual(records);
  records.push(...(await Promise.all(pending)));
  expect(writes).toHaveLength(3);
  expect(await journal.read('a')).toEqual(records);
  await journal.close();
  const next = await openIn('/s/.3ox', { files, epoch: 2 });
  expect(await replayed(next)).toEqual(records);
  await next.close();
  expect((await verifyJournal({ folder: '/s/.3ox', files: disk })).ok).toBe(true);
});

test('the power is cut at any call: what was acknowledged is there', async () => {
  const rounds = Number(process.env['CRASH_ROUNDS'] ?? 1000);
  for (let seed = 1; seed <= rounds; seed += 1) {
    const random = randomFrom(seed);
    const disk = createMemoryDisk();
    const promised = nothing();
    disk.failAt = 1 + Math.floor(random() * 120);
    const journal = await openOn(disk, 1).catch(() => null);
    if (journal !== null) {
      // The engine is gone from the failing call on; what it did before may or may not have stayed.
      await script(journal, promised);
    }
    try {
      const after = disk.crash(random);
      await checkAfter(after, promised, 2);
      await checkAfter(after.crash(random), promised, 3);
    } catch (error) {
      throw new Error(`seed ${seed}`, { cause: error });
    }
  }
});

test('the last record cut, flipped or zeroed at every byte: reported, and work goes on', async () => {
  const disk = createMemoryDisk();
  const journal = await openOn(disk, 1);
  const records = [];
  for (const version of [0, 1, 2]) {
    const request = { run: 'a', events: [noted('ü')], cause: 'c', at: 1 };
    records.push(await journal.append(request, version));
  }
  await journal.close();
  const path = '/s/.3ox/journal/segment-0000000000000001.jsonl';
  const bytes = Buffer.from(disk.file(path));
  const last = bytes.lastIndexOf(0x0a, bytes.length - 2) + 1;
  for (let at = last; at < bytes.length; at += 1) {
    const flipped = Buffer.from(bytes);
    flipped[at] = (flipped[at] ?? 0) ^ (1 << (at % 8));
    const zeroed = Buffer.from(bytes).fill(0, at);
    for (const tail of [bytes.subarray(0, at), flipped, zeroed]) {
      const next = createMemoryDisk();
      next.put(path, Buffer.from(tail));
      const reports: JournalProblem[] = [];
      const opened = await openOn(next, 2, reports);
      expect(await replayed(opened)).toEqual(records.slice(0, 2));
      const cut = { type: 'tail_cut', offset: last };
      expect(reports).toMatchObject(tail.length === last ? [] : [cut]);
      await opened.append({ run: 'a', events: [noted('more')], cause: 'c', at: 1 }, 2);
      await opened.close();
      expect((await verifyJournal({ folder: '/s/.3ox', files: next })).ok).toBe(true);
    }
  }
});

test('audit: one changed byte anywhere is noticed', async () => {
  const disk = createMemoryDisk();
  const journal = await openOn(disk, 1);
  await script(journal, nothing());
  await journal.close();
  const paths = ['/s/.3ox/journal', '/s/.3ox/archive'].flatMap((folder) =>
    disk.list(folder).map((name) => `${folder}/${name}`),
  );
  expect(await verifyJournal({ folder: '/s/.3ox', files: disk })).toMatchObject({
    ok: true,
    runs: 5,
  });
  await fc.assert(
    fc.asyncProperty(
      fc.constantFrom(...paths),
      fc.nat(),
      fc.integer({ min: 1, max: 255 }),
      async (path, place, mask) => {
        const bytes = disk.file(path);
        const at = place % bytes.length;
        const before = bytes[at] ?? 0;
        bytes[at] = before ^ mask;
        const { ok, problems } = await verifyJournal({ folder: '/s/.3ox', files: disk });
        bytes[at] = before;
        expect(ok).toBe(false);
        expect(problems[0]?.what).toMatch(/\w/);
      },
    ),
    { numRuns: 60 },
  );
});

test('audit: a record changed with its checksum made to fit does not match its hash', async () => {
  const { encodeFrame, readFrames } = await import('../../src/journal/frame.ts');
  const disk = createMemoryDisk();
  const journal = await openOn(disk, 1);
  for (const version of [0, 1]) {
    await journal.append({ run: 'a', events: [noted('paid 1')], cause: 'c', at: 1 }, version);
  }
  await journal.close();
  const path = '/s/.3ox/journal/segment-0000000000000001.jsonl';
  const lines = [...readFrames(disk.file(path))].flatMap((frame) => (frame.ok ? [frame.json] : []));
  const forged = lines.map((line) => encodeFrame(line.replace('paid 1', 'paid 2')));
  disk.put(path, Buffer.concat(forged));
  const { problems } = await verifyJournal({ folder: '/s/.3ox', files: disk, run: 'a' });
  expect(problems.map(({ what }) => what)).toEqual([
    'the record does not match its hash',
    'the record does not match its hash',
  ]);
});
