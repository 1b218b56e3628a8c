/** SHA-256 of one file, with what the file system said about the bytes that were read. */
import { createHash } from 'node:crypto';
import { constants } from 'node:fs';
import type { BigIntStats } from 'node:fs';
import { open } from 'node:fs/promises';
import { stopIfAborted } from './file-failure.ts';

interface HashedFile {
  readonly sha256: string;
  readonly stat: BigIntStats;
}

/** Hashes a file by its absolute path. A port, so that a pool of workers can take its place. */
export type HashFile = (absolute: string, signal: AbortSignal) => Promise<HashedFile>;

/**
 * Reads the file to its end. A file that changes meanwhile is read again, three times at most.
 * @throws Error when it keeps changing; system errors as they are; AgentFailure when stopped.
 */
export const hashFile: HashFile = async (absolute, signal) => {
  for (let time = 1; time <= 3; time += 1) {
    const hashed = await hashOnce(absolute, signal);
    if (hashed !== null) return hashed;
  }
  throw new Error('it changes while it is being read; scan again when nothing writes to it');
};

const CHUNK = 256 * 1024;

// A link put in the file's place since the walk is refused, and a pipe does not block the opening.
const FLAGS = constants.O_RDONLY | (constants.O_NOFOLLOW ?? 0) | (constants.O_NONBLOCK ?? 0);

const hashOnce = async (absolute: string, signal: AbortSignal): Promise<HashedFile | null> => {
  const file = await open(absolute, FLAGS);
  try {
    const before = await file.stat({ bigint: true });
    if (!before.isFile()) throw new Error('it is not a regular file');
    const hash = createHash('sha256');
    const buffer = Buffer.allocUnsafe(Math.min(CHUNK, Number(before.size) + 1));
    let size = 0n;
    for (;;) {
      stopIfAborted(signal, 'The scan');
      const { bytesRead } = await file.read(buffer, 0, buffer.length, null);
      if (bytesRead === 0) break;
      hash.update(buffer.subarray(0, bytesRead));
      size += BigInt(bytesRead);
    }
    const after = await file.stat({ bigint: true });
    const same = size === before.size && sameVersion(before, after);
    return same ? { sha256: hash.digest('hex'), stat: before } : null;
  } finally {
    await file.close();
  }
};

/** Whether nothing that the file system would tell about has happened to the content. */
export const sameVersion = (a: FileVersion, b: FileVersion): boolean =>
  a.size === b.size && a.mtimeNs === b.mtimeNs && a.ctimeNs === b.ctimeNs && a.ino === b.ino;

/** What tells one version of a file's content from another. */
export type FileVersion = Pick<BigIntStats, 'size' | 'mtimeNs' | 'ctimeNs' | 'ino'>;
