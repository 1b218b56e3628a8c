/** kill -9 at random moments of a process that appends and archives (I1). */
import { spawn } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import { expect, test } from 'vitest';
import { acquireLock } from '../../src/journal/lock.ts';
import { openJournalForReading } from '../../src/journal/reading.ts';
import { openIn, parseNoted } from './noted.ts';
import { temporaryFolder } from './support.ts';

const KILLS = Number(process.env['CRASH_KILLS'] ?? 8);

/** Runs the appender in `folder`, kills it `delay` ms after it was ready, returns what it said. */
const appendUntilKilled = async (folder: string, delay: number): Promise<readonly string[]> => {
  const script = fileURLToPath(new URL('appender.ts', import.meta.url));
  const child = spawn(process.execPath, ['--import', 'tsx', script, folder], {
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  let said = '';
  child.stdout.setEncoding('utf8').on('data', (text: string) => {
    if (said === '') setTimeout(() => child.kill('SIGKILL'), delay);
    said += text;
  });
  const ended = new Promise<NodeJS.Signals | null>((resolve) => {
    child.once('close', (_code, signal) => resolve(signal));
  });
  expect(await ended).toBe('SIGKILL');
  return said.split('\n').slice(0, -1);
};

test(
  `after ${KILLS} kills every acknowledged record is there`,
  { timeout: 60_000 + KILLS * 5000 },
  async () => {
    const folder = temporaryFolder();
    const acknowledged = new Map<string, string>();
    const archived = new Set<string>();
    for (let kill = 1; kill <= KILLS; kill += 1) {
      for (const line of await appendUntilKilled(folder, Math.random() * 150)) {
        const [what, run = '', version = '', ...rest] = line.split(' ');
        if (what === 'appended') acknowledged.set(`${run} ${version}`, rest.join(' '));
        if (what === 'archived') archived.add(run);
      }
      const reading = openJournalForReading({ folder, parseEvent: parseNoted });
      const runs = new Set([...acknowledged.keys()].map((key) => key.split(' ')[0] ?? ''));
      const found = new Map<string, string>();
      for (const run of runs) {
        for (const { version, seq, hash } of await reading.read(run)) {
          found.set(`${run} ${version}`, `${seq} ${hash}`);
        }
      }
      for (const [key, value] of acknowledged) expect([key, found.get(key)]).toEqual([key, value]);
      const listed = new Set([...(await reading.archived()).newest()].map(({ run }) => run));
      expect([...archived].filter((run) => !listed.has(run))).toEqual([]);
    }
    // The lock of the last one is taken over, and the journal is sound once its tail is settled.
    const lock = await acquireLock({ folder });
    expect(lock.epoch).toBe(KILLS + 1);
    const journal = await openIn(folder, { epoch: lock.epoch });
    await journal.close();
    await lock.release();
    const audit = await openJournalForReading({ folder, parseEvent: parseNoted }).verify();
    expect(audit.problems).toEqual([]);
    expect(acknowledged.size).toBeGreaterThan(0);
  },
);
