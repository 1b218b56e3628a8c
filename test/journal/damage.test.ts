import {
  appendFileSync,
  existsSync,
  readFileSync,
  readdirSync,
  rmSync,
  writeFileSync,
} from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import type { JournalProblem } from '../../src/journal/problems.ts';
import { openJournalForReading } from '../../src/journal/reading.ts';
import { segmentName } from '../../src/journal/scan.ts';
import { noted, openIn, parseNoted, replayed, summaryOf, write } from './noted.ts';
import { temporaryFolder } from './support.ts';

const first = (folder: string): string => join(folder, 'journal', segmentName(1));

/** A closed journal of three acknowledged records, each in a sync of its own. */
const prepared = async () => {
  const folder = temporaryFolder();
  const journal = await openIn(folder);
  const records = await write(journal, 'a', ['one', 'two', 'three']);
  await journal.close();
  const bytes = readFileSync(first(folder));
  const lines = bytes.toString().split('\n').slice(0, -1);
  const offsets = lines.map(
    (_, index) => Buffer.byteLength(lines.slice(0, index).join('\n')) + (index > 0 ? 1 : 0),
  );
  return { folder, records, bytes, last: offsets[2] ?? 0, second: offsets[1] ?? 0 };
};

/** Opens, replays, appends one more to `a`, closes; returns what was there and what was reported. */
const goOn = async (folder: string, epoch = 2) => {
  const reports: JournalProblem[] = [];
  const journal = await openIn(folder, { epoch, onReport: (problem) => reports.push(problem) });
  const records = await replayed(journal);
  const more = await write(journal, 'a', ['more'], records.length);
  await journal.close();
  return { records, more, reports };
};

describe('a tail that is not whole is cut, reported, and work goes on', () => {
  test('cut at every byte of the last record', async () => {
    const { folder, records, bytes, last } = await prepared();
    for (let length = last + 1; length < bytes.length; length += 1) {
      for (const name of readdirSync(join(folder, 'journal'))) {
        if (name.startsWith('segment-') && name !== segmentName(1)) {
          rmSync(join(folder, 'journal', name));
        }
      }
      writeFileSync(first(folder), bytes.subarray(0, length));
      const found = await goOn(folder);
      expect(found.records).toEqual(records.slice(0, 2));
      expect(found.reports).toMatchObject([
        { type: 'tail_cut', offset: last, bytes: length - last },
      ]);
      expect(readFileSync(first(folder))).toEqual(bytes.subarray(0, last));
    }
  });

  test('flipped, zeroed, or followed by rubbish', async () => {
    const { folder, records, bytes, last } = await prepared();
    const flipped = Buffer.from(bytes);
    flipped[last + 40] = (flipped[last + 40] ?? 0) ^ 1;
    const zeroed = Buffer.from(bytes).fill(0, last + 5);
    const followed = Buffer.concat([bytes, Buffer.alloc(4096)]);
    for (const [tail, kept] of [
      [flipped, 2],
      [zeroed, 2],
      [followed, 3],
    ] as const) {
      writeFileSync(first(folder), tail);
      const found = await goOn(folder);
      expect(found.records).toEqual(records.slice(0, kept));
      expect(found.reports).toHaveLength(1);
      const [report] = found.reports;
      if (report?.type !== 'tail_cut') throw new Error('the cut was not reported');
      expect(readFileSync(report.copy)).toEqual(tail.subarray(report.offset));
      expect(report.message).toContain(report.copy);
      const { length } = readdirSync(join(folder, 'journal')).filter((name) =>
        name.startsWith('seg'),
      );
      expect(length).toBe(2);
      rmSync(join(folder, 'journal', segmentName(kept + 1)));
    }
  });

  test('a batch torn in its middle: nothing after it had been acknowledged', async () => {
    const folder = temporaryFolder();
    const journal = await openIn(folder);
    const request = { run: 'a', events: [noted('x')], cause: 'c', at: 1 };
    await Promise.all([0, 1, 2, 3].map((version) => journal.append(request, version)));
    await journal.close();
    const bytes = readFileSync(first(folder));
    const third = bytes.toString().split('\n').slice(0, 2).join('\n').length + 1;
    bytes.fill(0, third + 3, third + 30);
    writeFileSync(first(folder), bytes);
    const found = await goOn(folder);
    expect(found.records).toHaveLength(2);
    expect(found.reports).toMatchObject([{ type: 'tail_cut', offset: third }]);
  });
});

describe('damage with acknowledged records after it', () => {
  test('stops the engine, keeps a copy and changes nothing', async () => {
    const { folder, records, bytes, second } = await prepared();
    const damaged = Buffer.from(bytes);
    damaged[second + 60] = (damaged[second + 60] ?? 0) ^ 4;
    writeFileSync(first(folder), damaged);
    const error: unknown = await openIn(folder, { epoch: 2 }).catch((thrown: unknown) => thrown);
    expect(error).toMatchObject({ code: 'JOURNAL_DAMAGED', file: first(folder), offset: second });
    expect(readFileSync(first(folder))).toEqual(damaged);
    const [copy] = readdirSync(join(folder, 'journal', 'damaged'));
    expect(readFileSync(join(folder, 'journal', 'damaged', copy ?? ''))).toEqual(damaged);
    const reading = openJournalForReading({ folder, parseEvent: parseNoted });
    expect(await replayed(reading)).toEqual(records.slice(0, 1));
  });

  test('a missing segment is damage too', async () => {
    const folder = temporaryFolder();
    for (const epoch of [1, 2, 3]) {
      const journal = await openIn(folder, { epoch });
      await write(journal, 'a', ['x'], epoch - 1);
      await journal.close();
    }
    rmSync(join(folder, 'journal', segmentName(2)));
    await expect(openIn(folder, { epoch: 4 })).rejects.toMatchObject({ code: 'JOURNAL_DAMAGED' });
  });
});

describe('one damaged run leaves the others alone', () => {
  test('a chain that does not hold', async () => {
    const folder = temporaryFolder();
    const journal = await openIn(folder);
    await write(journal, 'a', ['1', '2']);
    await journal.close();
    const foreign = temporaryFolder();
    const other = await openIn(foreign);
    // The same run with another first record: its second one carries another `prev`.
    await write(other, 'a', ['other', '2']);
    const b = await write(other, 'b', ['fine']);
    await other.close();
    const own = readFileSync(first(folder)).toString().split('\n');
    const theirs = readFileSync(first(foreign)).toString().split('\n');
    writeFileSync(first(folder), [own[0], ...theirs.slice(1)].join('\n'));

    const reports: JournalProblem[] = [];
    const mixed = await openIn(folder, { epoch: 2, onReport: (problem) => reports.push(problem) });
    expect(reports).toMatchObject([{ type: 'run_damaged', run: 'a', seq: 2 }]);
    expect(await replayed(mixed)).toEqual(b);
    await expect(mixed.read('a')).rejects.toMatchObject({ code: 'RUN_DAMAGED', run: 'a' });
    await expect(write(mixed, 'a', ['3'], 2)).rejects.toMatchObject({ code: 'RUN_DAMAGED' });
    expect(await write(mixed, 'b', ['more'], 1)).toHaveLength(1);
    await mixed.close();
  });

  test('an event that cannot be read', async () => {
    const folder = temporaryFolder();
    const journal = await openIn(folder);
    await write(journal, 'a', ['1', 'from the future']);
    const b = await write(journal, 'b', ['1']);
    await journal.close();
    const reports: JournalProblem[] = [];
    const next = await openIn(folder, {
      epoch: 2,
      onReport: (problem) => reports.push(problem),
      parseEvent: (value) => {
        const event = parseNoted(value);
        if (event.text === 'from the future') throw new Error('unknown event');
        return event;
      },
    });
    expect((await replayed(next)).map(({ run, version }) => `${run}${version}`)).toEqual([
      'a1',
      'b1',
    ]);
    expect(reports).toMatchObject([{ type: 'run_damaged', run: 'a', seq: 2 }]);
    expect(await next.read('b')).toEqual(b);
    await next.close();
  });
});

describe('two holders (I4)', () => {
  test('what an old holder writes too late is dropped and reported', async () => {
    const folder = temporaryFolder();
    const old = await openIn(folder);
    const before = await write(old, 'a', ['1']);
    const fresh = await openIn(folder, { epoch: 2 });
    const after = await write(fresh, 'a', ['new'], 1);
    await write(old, 'a', ['too late'], 1);
    await old.close();
    await fresh.close();
    const found = await goOn(folder, 3);
    expect(found.records).toEqual([...before, ...after]);
    expect(found.reports).toMatchObject([{ type: 'fenced' }]);
    const reading = openJournalForReading({ folder, parseEvent: parseNoted });
    expect(await reading.verify()).toMatchObject({ ok: true, records: 3 });
  });

  test('an engine with an old epoch does not open', async () => {
    const folder = temporaryFolder();
    const journal = await openIn(folder, { epoch: 5 });
    await write(journal, 'a', ['1']);
    await journal.close();
    await expect(openIn(folder, { epoch: 4 })).rejects.toThrow('epoch 5');
  });

  test('a lost lock stops the journal before it writes', async () => {
    const folder = temporaryFolder();
    let held = true;
    const journal = await openIn(folder, {
      assertHeld: () => {
        if (!held) throw new Error('taken over');
      },
    });
    await write(journal, 'a', ['1']);
    held = false;
    const size = readFileSync(first(folder)).length;
    await expect(write(journal, 'a', ['2'], 1)).rejects.toMatchObject({ code: 'JOURNAL_STOPPED' });
    held = true;
    await expect(write(journal, 'a', ['2'], 1)).rejects.toMatchObject({ code: 'JOURNAL_STOPPED' });
    expect(readFileSync(first(folder)).length).toBe(size);
    expect(await journal.read('a')).toHaveLength(1);
    await journal.close();
  });
});

describe('segments and archive on disk', () => {
  test('segments that only archived runs used are removed, the count goes on', async () => {
    const folder = temporaryFolder();
    const journal = await openIn(folder, { segmentBytes: 600 });
    for (let run = 0; run < 12; run += 1) {
      await write(journal, `r${run}`, ['1', '2', '3']);
      if (run !== 10) await journal.archive(`r${run}`, summaryOf(`r${run}`));
    }
    const segments = readdirSync(join(folder, 'journal'));
    expect(segments.length).toBeLessThan(8);
    await journal.close();
    const next = await openIn(folder, { epoch: 2 });
    expect((await replayed(next)).map(({ run }) => run)).toEqual(['r10', 'r10', 'r10']);
    expect([...next.archived.newest()]).toHaveLength(11);
    const [record] = await write(next, 'new', ['1']);
    expect(record?.seq).toBe(12 * 3 + 11 + 1);
    await next.close();
    const reading = openJournalForReading({ folder, parseEvent: parseNoted });
    expect(await reading.verify()).toMatchObject({ ok: true, runs: 13 });
  });

  test('a lost or torn index is made again from the files', async () => {
    const folder = temporaryFolder();
    const journal = await openIn(folder);
    for (const run of ['a', 'b', 'c']) {
      await write(journal, run, ['1']);
      await journal.archive(run, summaryOf(run));
    }
    await journal.close();
    const index = join(folder, 'archive', 'index.jsonl');
    const bytes = readFileSync(index);
    let epoch = 2;
    const torn = bytes.subarray(0, bytes.length - 9);
    const holed = Buffer.from(bytes).fill(0, 30, 50);
    for (const damaged of [torn, holed, Buffer.alloc(0), Buffer.from('rubbish')]) {
      writeFileSync(index, damaged);
      const reports: JournalProblem[] = [];
      const next = await openIn(folder, { epoch, onReport: (problem) => reports.push(problem) });
      const runs = [...next.archived.newest()].map(({ run }) => run);
      expect(runs.sort()).toEqual(['a', 'b', 'c']);
      expect(reports).toMatchObject([{ type: 'index_mended' }]);
      await next.close();
      epoch += 1;
    }
  });

  test('reading only changes nothing, not even a torn tail, and works beside the engine', async () => {
    const { folder, records, bytes } = await prepared();
    appendFileSync(first(folder), bytes.subarray(0, 50));
    const before = readFileSync(first(folder));
    const reading = openJournalForReading({ folder, parseEvent: parseNoted });
    expect(await replayed(reading)).toEqual(records);
    expect(await reading.read('a')).toEqual(records);
    expect((await reading.verify()).ok).toBe(false);
    expect(readFileSync(first(folder))).toEqual(before);
    const journal = await openIn(folder, { epoch: 2 });
    const more = await write(journal, 'a', ['4'], 3);
    expect(await reading.read('a')).toEqual([...records, ...more]);
    await journal.archive('a', summaryOf('a'));
    expect(await reading.read('a')).toEqual([...records, ...more]);
    expect([...(await reading.archived()).newest()]).toEqual([summaryOf('a')]);
    expect(await reading.verify('a')).toMatchObject({ ok: true, records: 4, runs: 1 });
    expect((await reading.verify('nobody')).ok).toBe(false);
    await journal.close();
    const nowhere = openJournalForReading({ folder: join(folder, 'none'), parseEvent: parseNoted });
    expect(await replayed(nowhere)).toEqual([]);
    expect(existsSync(join(folder, 'none'))).toBe(false);
  });
});
