import { statfs } from 'node:fs/promises';
import { errorMessage } from '../../lib/error-code.ts';
import { fine, wrong, type Finding } from './finding.ts';

/** Bytes below which the journal may soon stop the engine. */
const LEAST = 200 * 1024 * 1024;

/** Room on the station's disk, in bytes and in files. */
export const checkDisk = async (root: string): Promise<Finding> => {
  try {
    const { bavail, bsize, ffree, files } = await statfs(root);
    const free = bavail * bsize;
    const room = `${Math.floor(free / 1024 / 1024)} MiB free`;
    if (free < LEAST) {
      return wrong('disk', room, 'make room: the engine stops when the journal cannot be written');
    }
    // Some file systems do not count files.
    return files > 0 && ffree < 1_000
      ? wrong('disk', `${room}, but only ${ffree} more files`, 'remove files that nobody needs')
      : fine('disk', room);
  } catch (error) {
    return wrong('disk', errorMessage(error), 'see whether the disk is mounted');
  }
};
