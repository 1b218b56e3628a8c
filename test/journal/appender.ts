/** A process that appends to a journal and says what was acknowledged, until it is killed. */
import { writeSync } from 'node:fs';
import { acquireLock } from '../../src/journal/lock.ts';
import { noted, openIn, replayed, summaryOf } from './noted.ts';

const folder = process.argv[2] ?? '';
/** Milliseconds between heartbeats, where a test cannot wait for the usual ones. */
const interval = Number(process.argv[3] ?? 2_000);
const lock = await acquireLock({ folder, interval });
const { epoch } = lock;
const journal = await openIn(folder, {
  epoch,
  segmentBytes: 4000,
  assertHeld: () => lock.assertHeld(),
});
const versions = new Map<string, number>();
for (const { run, version } of await replayed(journal)) versions.set(run, version);

/** At once, and whole: the parent reads what got out before the end. */
const say = (line: string): void => void writeSync(1, `${line}\n`);
say('ready');

const work = async (lane: number): Promise<void> => {
  for (let number = 0; ; number += 1) {
    const run = `r${epoch}-${lane}-${number}`;
    for (let version = versions.get(run) ?? 0; version < 3; version += 1) {
      const request = { run, events: [noted(`${run}.${version}`)], cause: 'c', at: 1 };
      const { seq, hash } = await journal.append(request, version);
      say(`appended ${run} ${version + 1} ${seq} ${hash}`);
    }
    if (number % 4 === 3) continue;
    await journal.archive(run, summaryOf(run));
    say(`archived ${run}`);
  }
};
await Promise.all([0, 1, 2, 3, 4].map(work));
