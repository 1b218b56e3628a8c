/**
 * SHA-256 of one file, with what the file system said about the bytes that were read.
 *
 * Synchronous on purpose: a small file's asynchronous calls cost four to five times its hashing.
 * Large trees are hashed in threads (`scan-threads.ts`), where nothing waits for it.
 *
 * Invariant: the checksum is of bytes that nobody changed while they were read. A file is not asked
 * for its version before and after the reading, as every call counts: that its last change is
 * older than the reading, by more than a tick of the clock, says the same. One that is younger is
 * read again and has to be as it was.
 */
import { createHash, hash } from 'node:crypto';
import { closeSync, constants, openSync, readSync } from 'node:fs';
import { isRacy, sameVersion, versionOf } from './file-version.ts';
import type { FileVersion } from './file-version.ts';

interface HashedFile {
  readonly sha256: string;
  readonly version: FileVersion;
  /** When the reading began, ms since the epoch by the machine's clock. */
  readonly begun: number;
}

/** Hashes a file by its absolute path; `found` is the version that was seen before, if one was. */
export type HashFile = (absolute: string, found: FileVersion | null) => HashedFile;

/**
 * Reads the file to its end. A file that is not what it was is read again, three times at most.
 * @throws Error when it keeps changing or is no file; system errors as they are.
 */
export const hashFile: HashFile = (absolute, found) => {
  let before = found;
  for (let time = 1; time <= 4; time += 1) {
    const hashed = hashOnce(absolute, before);
    if (!hashed.changed) return hashed;
    before = hashed.version;
  }
  throw new Error('it changes while it is being read; scan again when nothing writes to it');
};

const CHUNK = 256 * 1024;
const buffer = Buffer.allocUnsafeSlow(CHUNK);

// A link put in the file's place since the walk is refused, and a pipe does not block the opening.
const FLAGS = constants.O_RDONLY | (constants.O_NOFOLLOW ?? 0) | (constants.O_NONBLOCK ?? 0);

/** The version is that of after the reading. */
const hashOnce = (absolute: string, before: FileVersion | null) => {
  const begun = Date.now();
  const file = openSync(absolute, FLAGS);
  try {
    let bytes = readSync(file, buffer, 0, CHUNK, null);
    let version = versionOf(file);
    const touched = before === null ? isRacy(version, begun) : !sameVersion(before, version);
    if (bytes < CHUNK) {
      const sha256 = hash('sha256', buffer.subarray(0, bytes), 'hex');
      return { sha256, version, begun, changed: touched || bytes !== Number(version.size) };
    }
    const first = version;
    const digest = createHash('sha256');
    let read = 0;
    while (bytes > 0) {
      digest.update(buffer.subarray(0, bytes));
      read += bytes;
      bytes = readSync(file, buffer, 0, CHUNK, null);
    }
    version = versionOf(file);
    const changed = touched || !sameVersion(first, version) || read !== Number(version.size);
    return { sha256: digest.digest('hex'), version, begun, changed };
  } finally {
    closeSync(file);
  }
};
