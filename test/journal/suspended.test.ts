/** A holder that is stopped (SIGSTOP), taken over and woken again is fenced (I4). */
import { spawn } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import { expect, test } from 'vitest';
import { acquireLock, LockedError, type StationLock } from '../../src/journal/lock.ts';
import { openJournalForReading } from '../../src/journal/reading.ts';
import { openIn, parseNoted, write } from './noted.ts';
import { temporaryFolder } from './support.ts';

/** Heartbeats of both, ms: three missed ones are waited for. */
const INTERVAL = 300;

/** The lock, once the holder has been silent for long enough; until then it is refused. */
const takeover = async (folder: string): Promise<StationLock> => {
  const deadline = Date.now() + 30_000;
  for (;;) {
    try {
      return await acquireLock({ folder, interval: INTERVAL });
    } catch (error) {
      if (!(error instanceof LockedError) || Date.now() > deadline) throw error;
      await new Promise((resolve) => setTimeout(resolve, INTERVAL));
    }
  }
};

test.skipIf(process.platform === 'win32')(
  'after it wakes, a suspended engine writes nothing that counts',
  { timeout: 60_000 },
  async () => {
    const folder = temporaryFolder();
    const script = fileURLToPath(new URL('appender.ts', import.meta.url));
    const words = ['--import', 'tsx', script, folder, String(INTERVAL)];
    const child = spawn(process.execPath, words, { stdio: ['ignore', 'pipe', 'pipe'] });
    try {
      let said = '';
      let wrong = '';
      child.stderr.setEncoding('utf8').on('data', (text: string) => void (wrong += text));
      const ended = new Promise<number | null>((resolve) => void child.once('close', resolve));
      await new Promise<void>((resolve, reject) => {
        child.once('close', () => reject(new Error(wrong)));
        child.stdout.setEncoding('utf8').on('data', (text: string) => {
          said += text;
          if (said.split('\n').length > 20) resolve();
        });
      });
      child.kill('SIGSTOP');

      // Another takes over and goes on.
      const lock = await takeover(folder);
      expect(lock.epoch).toBe(2);
      const journal = await openIn(folder, {
        epoch: lock.epoch,
        assertHeld: () => lock.assertHeld(),
      });
      const mine = await write(journal, 'mine', ['1', '2', '3']);

      // The old one wakes, notices and ends by itself.
      child.kill('SIGCONT');
      expect(await ended).not.toBe(0);
      expect(wrong).toContain('no longer holds the station');

      const more = await write(journal, 'mine', ['4'], 3);
      await journal.close();
      await lock.release();
      // Everything it had acknowledged is there, and nothing of it after ours.
      const reading = openJournalForReading({ folder, parseEvent: parseNoted });
      expect(await reading.read('mine')).toEqual([...mine, ...more]);
      const acknowledged = said.split('\n').filter((line) => line.startsWith('appended '));
      expect(acknowledged.length).toBeGreaterThan(10);
      for (const line of acknowledged) {
        const [, run = '', version, seq, hash] = line.split(' ');
        const record = (await reading.read(run))[Number(version) - 1];
        expect([String(record?.seq), record?.hash]).toEqual([seq, hash]);
        expect(record?.seq).toBeLessThan(mine[0]?.seq ?? 0);
      }
      expect((await reading.verify()).problems).toEqual([]);
    } finally {
      child.kill('SIGKILL');
    }
  },
);
