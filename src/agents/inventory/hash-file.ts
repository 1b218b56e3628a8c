/**
 * SHA-256 of one file, with what the file system said about the bytes that were read.
 *
 * Synchronous on purpose: a small file's asynchronous calls cost four to five times its hashing.
 * Large trees are hashed in threads (`scan-threads.ts`), where nothing waits for it.
 */
import { createHash, hash } from 'node:crypto';
import { closeSync, constants, fstatSync, openSync, readSync } from 'node:fs';
import type { BigIntStats } from 'node:fs';

interface HashedFile {
  readonly sha256: string;
  readonly version: FileVersion;
}

/** What tells one version of a file's content from another. */
export type FileVersion = Pick<BigIntStats, 'size' | 'mtimeNs' | 'ctimeNs' | 'ino'>;

/** Hashes a file by its absolute path; `found` is the version that was seen before. */
export type HashFile = (absolute: string, found: FileVersion) => HashedFile;

/**
 * Reads the file to its end. A file that is not what it was is read again, three times at most.
 * @throws Error when it keeps changing or is no file; system errors as they are.
 */
export const hashFile: HashFile = (absolute, found) => {
  let before = found;
  for (let time = 1; time <= 4; time += 1) {
    const { sha256, read, version } = hashOnce(absolute);
    if (read === version.size && sameVersion(before, version)) return { sha256, version };
    before = version;
  }
  throw new Error('it changes while it is being read; scan again when nothing writes to it');
};

const CHUNK = 256 * 1024;
const buffer = Buffer.allocUnsafeSlow(CHUNK);

// A link put in the file's place since the walk is refused, and a pipe does not block the opening.
const FLAGS = constants.O_RDONLY | (constants.O_NOFOLLOW ?? 0) | (constants.O_NONBLOCK ?? 0);

/** The version is that of after the reading: equal to one of before it, nothing has changed. */
const hashOnce = (absolute: string) => {
  const file = openSync(absolute, FLAGS);
  try {
    let bytes = readSync(file, buffer, 0, CHUNK, null);
    let read = BigInt(bytes);
    let sha256: string;
    if (bytes < CHUNK) sha256 = hash('sha256', buffer.subarray(0, bytes), 'hex');
    else {
      const digest = createHash('sha256');
      while (bytes > 0) {
        digest.update(buffer.subarray(0, bytes));
        bytes = readSync(file, buffer, 0, CHUNK, null);
        read += BigInt(bytes);
      }
      sha256 = digest.digest('hex');
    }
    const version = fstatSync(file, { bigint: true });
    if (!version.isFile()) throw new Error('it is not a regular file');
    return { sha256, read, version };
  } finally {
    closeSync(file);
  }
};

/** Whether nothing that the file system would tell about has happened to the content. */
export const sameVersion = (a: FileVersion, b: FileVersion): boolean =>
  a.size === b.size && a.mtimeNs === b.mtimeNs && a.ctimeNs === b.ctimeNs && a.ino === b.ino;
