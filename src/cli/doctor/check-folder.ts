import { randomBytes } from 'node:crypto';
import { mkdir, open, rename, stat, unlink } from 'node:fs/promises';
import { join } from 'node:path';
import { errorCode } from '../../lib/atomic-file.ts';
import { layoutOf } from '../../station/layout.ts';
import { fine, wrong, type Finding } from './finding.ts';

/** Writes, syncs, renames and removes a file, and compares its time with the clock. */
export const checkFolder = async (root: string): Promise<readonly Finding[]> => {
  const { workspace } = layoutOf(root);
  const first = join(workspace, `doctor-${randomBytes(6).toString('hex')}.tmp`);
  const second = `${first}2`;
  try {
    await mkdir(workspace, { recursive: true });
    const file = await open(first, 'wx');
    try {
      await file.writeFile('doctor\n');
      await file.datasync();
    } finally {
      await file.close();
    }
    await rename(first, second);
    const { mtimeMs } = await stat(second);
    return [
      fine('station', `${workspace} can be written, synced and renamed in`),
      checkClock(Date.now() - mtimeMs),
    ];
  } catch (error) {
    return [
      wrong(
        'station',
        `${workspace} cannot be written (${errorCode(error)})`,
        'make the folder writable for this user, on a disk with room that supports rename and sync',
      ),
    ];
  } finally {
    await unlink(first).catch(() => undefined);
    await unlink(second).catch(() => undefined);
  }
};

/** ms by which the disk's clock and ours may differ. */
const TOLERANCE = 5_000;

const checkClock = (difference: number): Finding => {
  if (Date.now() < Date.UTC(2025, 7, 7)) {
    return wrong('clock', 'the clock is years behind', "set the machine's clock");
  }
  return Math.abs(difference) <= TOLERANCE
    ? fine('clock', new Date().toISOString())
    : wrong(
        'clock',
        `the disk's clock is ${Math.round(difference / 1_000)} s from this machine's`,
        'let both take their time from the same source (NTP)',
      );
};
