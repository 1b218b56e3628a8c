import { spawn } from 'node:child_process';
import { existsSync, readFileSync, readdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { createManualClock } from '../../src/lib/manual-clock.ts';
import type { ManualClock } from '../../src/lib/manual-clock.ts';
import { acquireLock, readLock } from '../../src/journal/lock.ts';
import type { LockLostError, LockOptions, StationLock } from '../../src/journal/lock.ts';
import { ownIdentity, stateOf } from '../../src/lib/host/processes.ts';
import type { ProcessIdentity } from '../../src/lib/host/host.ts';
import { hostWithClock } from '../support/host/host-with-clock.ts';
import { temporaryFolder } from './support.ts';

const START = Date.UTC(2026, 0, 1);

/** An engine on another machine: whether it lives shows only in its heartbeat. */
const elsewhere: ProcessIdentity = { pid: 77, boot: 'other', started: '5', host: 'far-away' };

const lockWith = (folder: string, clock: ManualClock, options: Partial<LockOptions> = {}) =>
  acquireLock({ folder, host: hostWithClock(clock), ...options });

/** What became of `promise` when `clock` has moved on by `time`. */
const after = async (clock: ManualClock, time: number, promise: Promise<StationLock>) => {
  let outcome: StationLock | Error | null = null;
  promise.then(
    (lock) => (outcome = lock),
    (error: Error) => (outcome = error),
  );
  await clock.advance(time);
  return outcome as StationLock | Error | null;
};

describe('one engine per station (I4)', () => {
  test('the second is refused at once and told who holds it', async () => {
    const folder = temporaryFolder();
    const clock = createManualClock(START);
    const lock = await lockWith(folder, clock, { address: 'http://127.0.0.1:8080' });
    expect(lock.epoch).toBe(1);
    await expect(lockWith(folder, clock)).rejects.toMatchObject({
      code: 'STATION_LOCKED',
      message: expect.stringMatching(
        new RegExp(`process ${process.pid} on .*2026-01-01.*http://127.0.0.1:8080`),
      ),
      holder: { pid: process.pid, epoch: 1 },
    });
    expect(readLock(folder)).toMatchObject({ pid: process.pid, state: 'alive', epoch: 1 });
    expect(JSON.parse(readFileSync(join(folder, 'engine.lock'), 'utf8'))).toMatchObject({
      pid: process.pid,
      epoch: 1,
    });
    await lock.release();
    await lock.release();
    expect(readLock(folder)).toBeNull();
    expect(existsSync(join(folder, 'engine.lock'))).toBe(false);
  });

  test('a holder that cannot be reached is given time to end, one that can is not', async () => {
    const folder = temporaryFolder();
    const clock = createManualClock(START);
    const command = await lockWith(folder, clock);
    const next = lockWith(folder, clock, { address: 'http://127.0.0.1:9', patience: 5_000 });
    expect(await after(clock, 1_000, next)).toBeNull();
    await command.release();
    await clock.advance(200);
    const lock = await next;
    await expect(lockWith(folder, clock, { patience: 5_000 })).rejects.toMatchObject({
      code: 'STATION_LOCKED',
    });
    await lock.release();

    const stays = await lockWith(folder, clock);
    const late = lockWith(folder, clock, { patience: 5_000 });
    expect(await after(clock, 5_200, late)).toMatchObject({ code: 'STATION_LOCKED' });
    await stays.release();
  });

  test('each holder has a higher epoch than all before', async () => {
    const folder = temporaryFolder();
    const clock = createManualClock(START);
    for (const epoch of [1, 2, 3]) {
      const lock = await lockWith(folder, clock);
      expect(lock.epoch).toBe(epoch);
      await lock.release();
    }
    expect(readFileSync(join(folder, 'journal', 'epoch'), 'utf8')).toBe('3\n');
    expect(readdirSync(join(folder, 'journal'))).toEqual(['epoch']);
  });

  test('of many that try at the same moment one gets it', async () => {
    const folder = temporaryFolder();
    const clock = createManualClock(START);
    const tries = await Promise.allSettled(
      Array.from({ length: 10 }, () => lockWith(folder, clock)),
    );
    const held = tries.flatMap((one) => (one.status === 'fulfilled' ? [one.value] : []));
    expect(held).toHaveLength(1);
    await held[0]?.release();
  });

  test('the lock of a process that is gone is taken over at once', async () => {
    const folder = temporaryFolder();
    const clock = createManualClock(START);
    const child = spawn(process.execPath, ['-e', 'process.stdin.resume(); console.log(1)'], {
      stdio: ['pipe', 'pipe', 'ignore'],
    });
    await new Promise((resolve) => child.stdout.once('data', resolve));
    const stat = `/proc/${child.pid}/stat`;
    const started = existsSync(stat) ? readFileSync(stat, 'utf8').split(' ')[21] : undefined;
    const identity = { ...ownIdentity(), pid: child.pid ?? 0, started: started ?? null };
    await lockWith(folder, clock, { identity });
    expect(stateOf(identity)).toBe('alive');
    await expect(lockWith(folder, clock)).rejects.toMatchObject({ code: 'STATION_LOCKED' });
    child.kill('SIGKILL');
    await new Promise((resolve) => child.once('exit', resolve));
    expect(readLock(folder)?.state).toBe('gone');
    const lock = await lockWith(folder, clock);
    expect(lock.epoch).toBe(2);
    await lock.release();
  });

  test('a number given to another process since does not keep the lock', async () => {
    const folder = temporaryFolder();
    const clock = createManualClock(START);
    await lockWith(folder, clock, { identity: { ...ownIdentity(), started: 'before' } });
    expect((await lockWith(folder, clock)).epoch).toBe(2);
  });
});

describe('a holder that cannot be looked at', () => {
  test('is left alone as long as its heart beats, whatever its clock says', async () => {
    const folder = temporaryFolder();
    const clock = createManualClock(START);
    const lock = await lockWith(folder, clock, { identity: elsewhere });
    const outcome = await after(clock, 6000, lockWith(folder, clock));
    expect(outcome).toMatchObject({ code: 'STATION_LOCKED', holder: { host: 'far-away' } });
    await lock.release();
  });

  test('is taken over when three beats have failed to come', async () => {
    const folder = temporaryFolder();
    const [theirs, ours] = [createManualClock(START), createManualClock(START + 86_400_000)];
    const lost: LockLostError[] = [];
    const old = await lockWith(folder, theirs, {
      identity: elsewhere,
      onLost: (error) => lost.push(error),
    });
    const next = lockWith(folder, ours);
    expect(await after(ours, 5000, next)).toBeNull();
    await ours.advance(1000);
    const lock = await next;
    expect(lock.epoch).toBe(2);
    // The old one wakes: it looks before it writes, and does not touch the new one's lock.
    await theirs.advance(3001);
    expect(() => old.assertHeld()).toThrow('no longer holds');
    expect(() => old.assertHeld()).toThrow(expect.objectContaining({ code: 'LOCK_LOST' }));
    expect(lost).toHaveLength(1);
    await old.release();
    await theirs.advance(60_000);
    lock.assertHeld();
    await ours.advance(60_000);
    lock.assertHeld();
    expect(readLock(folder)).toMatchObject({ epoch: 2, pid: process.pid });
    await lock.release();
  });

  test('a suspended holder notices before its heartbeat does', async () => {
    const folder = temporaryFolder();
    const [theirs, ours] = [createManualClock(START), createManualClock(START)];
    let asleep = 0;
    const old = await lockWith(folder, theirs, {
      identity: elsewhere,
      host: hostWithClock({ ...theirs, monotonic: () => theirs.now() + asleep }),
    });
    const next = lockWith(folder, ours);
    await ours.advance(6000);
    const lock = await next;
    old.assertHeld();
    asleep = 60_000;
    expect(() => old.assertHeld()).toThrow('no longer holds');
    await lock.release();
  });

  test('a claim that cannot be read is waited for, then taken over', async () => {
    const folder = temporaryFolder();
    const clock = createManualClock(START);
    const lock = await lockWith(folder, clock);
    await lock.release();
    writeFileSync(join(folder, 'journal', 'engine-7.claim'), '{"pid":');
    const next = lockWith(folder, clock);
    expect(await after(clock, 5000, next)).toBeNull();
    await clock.advance(1000);
    expect((await next).epoch).toBe(8);
  });
});

test('the heartbeat goes on, and the address can be told later', async () => {
  const folder = temporaryFolder();
  const clock = createManualClock(START);
  const lock = await lockWith(folder, clock);
  lock.setAddress('http://127.0.0.1:9');
  await clock.advance(10_000);
  expect(readLock(folder)).toMatchObject({
    beat: 5,
    heartbeat: START + 10_000,
    address: 'http://127.0.0.1:9',
  });
  await lock.release();
  expect(clock.next()).toBeNull();
});
