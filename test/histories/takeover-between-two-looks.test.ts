/**
 * Found by killing real engines while commands came: two took the same station over. The second had
 * looked at the claims before the first made its own, and at the epoch after the first had saved it,
 * so it claimed the next epoch beside a holder that lived.
 */
import { expect, test } from 'vitest';
import { acquireLock, type StationLock } from '../../src/journal/lock.ts';
import { lockFiles, type LockHolder } from '../../src/journal/lock-file.ts';
import type { HostFiles } from '../../src/lib/host/host.ts';
import { createMachine } from '../support/host/machine.ts';
import { createVirtualTime, settled } from '../support/host/virtual-time.ts';
import { createRandom } from '../support/random.ts';

const folder = '/station/.3ox';

/** A station whose last engine died; `looks` are told apart by their number, the other comes at `at`. */
const raceAt = async (
  at: number,
): Promise<{ readonly looks: number; readonly holders: number }> => {
  const random = createRandom(1);
  const time = createVirtualTime(random.fork());
  const machine = createMachine(time, random, 0);
  machine.disk.makeFolder(`${folder}/journal`);
  const last = machine.start('last');
  await acquireLock({ folder, host: last.host });
  last.kill();

  const first = machine.start('first').host;
  let other = false;
  const takeOver = (): void => {
    const files = lockFiles(folder, first);
    const times = { since: 0, heartbeat: 0, beat: 0 };
    const holder: LockHolder = { ...first.processes.own(), ...times, epoch: 2, address: null };
    if (!files.claim(holder)) return;
    other = true;
    files.saveEpoch(2);
    files.show(holder);
    files.removeClaims(1);
  };

  let looks = 0;
  const look = (): void => {
    if ((looks += 1) === at) takeOver();
  };
  const { files, ...second } = machine.start('second').host;
  const watched: HostFiles = {
    ...files,
    list(path) {
      look();
      return files.list(path);
    },
    read(path) {
      look();
      return files.read(path);
    },
    link(from, to) {
      look();
      files.link(from, to);
    },
  };
  const host = { ...second, files: watched };
  const got: (StationLock | Error)[] = [];
  acquireLock({ folder, host }).then(
    (lock) => got.push(lock),
    (error: Error) => got.push(error),
  );
  while (got.length === 0) {
    await settled();
    await time.step();
  }
  return { looks, holders: (other ? 1 : 0) + (got[0] instanceof Error ? 0 : 1) };
};

test('of two that take over at once one holds, whatever the one sees of the other', async () => {
  const { looks, holders } = await raceAt(0);
  expect({ holders, enough: looks > 5 }).toEqual({ holders: 1, enough: true });
  for (let at = 1; at <= looks; at += 1) {
    expect((await raceAt(at)).holders, `the other comes before look ${at}`).toBe(1);
  }
});
