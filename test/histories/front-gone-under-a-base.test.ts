/**
 * Found by simulation: while a base was being made, a run was archived, and with it the need for the
 * oldest segments: they were removed. When the base took the place of what it stands for, as many
 * files were struck off the journal's list as it had been made from, and so some that it did not
 * stand for. The next base did not have their lines, the start after it removed the files: records
 * that had been acknowledged were gone, and a run that had been archived was alive again.
 */
import { setImmediate as turn } from 'node:timers/promises';
import { expect, test } from 'vitest';
import { openJournalForReading } from '../../src/journal/reading.ts';
import { systemFiles } from '../../src/journal/journal-files.ts';
import type { JournalFiles } from '../../src/journal/journal-files.ts';
import { openIn, parseNoted, summaryOf, write } from '../journal/noted.ts';
import { temporaryFolder } from '../journal/support.ts';

test('segments that go while a base is made leave those that came after them', async () => {
  const folder = temporaryFolder();
  let hold: Promise<void> | null = null;
  const bases = new Set<number>();
  const files: JournalFiles = {
    ...systemFiles,
    open(path, flags, mode) {
      const file = systemFiles.open(path, flags, mode);
      if (path.includes('base-')) bases.add(file);
      else bases.delete(file);
      return file;
    },
    async sync(file) {
      if (bases.has(file)) await hold;
      await systemFiles.sync(file);
    },
  };
  const options = { segmentBytes: 2_000, compactEvery: 20, files };
  const journal = await openIn(folder, options);
  let count = 0;
  const comeAndGo = async (): Promise<void> => {
    const run = `r${(count += 1)}`;
    await write(journal, run, ['1', '2', '3']);
    await journal.archive(run, summaryOf(run));
  };

  // 1. The front is needed by one run, and a base is being made.
  let letGo = (): void => undefined;
  hold = new Promise((resolve) => {
    letGo = resolve;
  });
  await write(journal, 'front', Array.from({ length: 20 }, String));
  await write(journal, 'stays', ['1']);
  while (bases.size === 0) {
    await comeAndGo();
    await turn();
  }

  // 2. More is written behind, and then nobody needs the front any more.
  const kept = await write(journal, 'kept', Array.from({ length: 40 }, String));
  await journal.archive('front', summaryOf('front'));
  letGo();
  hold = null;

  // 3. The next base, and the next start.
  for (let more = 0; more < 40; more += 1) await comeAndGo();
  await journal.close();
  const next = await openIn(folder, { ...options, epoch: 2 });
  expect(await next.read('kept')).toEqual(kept);
  await next.close();
  const audit = await openJournalForReading({ folder, parseEvent: parseNoted }).verify();
  expect(audit.problems).toEqual([]);
});
