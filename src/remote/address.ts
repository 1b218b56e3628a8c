/** Where the engine of a station listens for other processes of this machine. */
import { createHash, randomBytes } from 'node:crypto';
import { tmpdir, userInfo } from 'node:os';
import { join, resolve } from 'node:path';

/** Longest path of a Unix socket in bytes, with room for the shortest limit in use (104 on macOS). */
const LONGEST_PATH = 100;

/**
 * A named pipe on Windows, else a socket file: in the station, or in the temp folder when its path is
 * too long. A pipe's name is new each time, for a suspended engine keeps its own while the next one
 * takes over; callers have it from the lock file. A socket file is replaced.
 */
export const remoteAddress = (
  station: string,
  platform: NodeJS.Platform = process.platform,
): string => {
  const root = resolve(station);
  if (platform === 'win32') {
    const own = randomBytes(4).toString('hex');
    return `\\\\.\\pipe\\cmd-bridge-${shortHash(root.toLowerCase())}-${own}`;
  }
  const inside = join(root, '.3ox', 'engine.sock');
  if (Buffer.byteLength(inside) < LONGEST_PATH) return inside;
  return join(tmpdir(), `cmd-bridge-${userInfo().uid}`, `${shortHash(root)}.sock`);
};

const shortHash = (text: string): string =>
  createHash('sha256').update(text).digest('hex').slice(0, 16);
