/**
 * The few file functions the journal needs, so that faults can be put under it.
 * Everything but syncing is synchronous: it costs microseconds and keeps call order plain.
 */
import {
  closeSync,
  fdatasync,
  fdatasyncSync,
  fsyncSync,
  ftruncateSync,
  mkdirSync,
  openSync,
  readFileSync,
  readSync,
  readdirSync,
  renameSync,
  unlinkSync,
  writeSync,
} from 'node:fs';
import { FOLDER_SYNC_REFUSED, errorCode } from '../lib/atomic-file.ts';

/** Files as the journal sees them. Every function throws the system's error. */
export interface JournalFiles {
  /** `r` to read, `ax` to append to a new file, `a` to append, `r+` to cut, `w` to replace. */
  open(path: string, flags: 'r' | 'a' | 'ax' | 'r+' | 'w'): number;
  /** Writes `bytes` from `from` on; returns how many were written, maybe fewer than all. */
  write(file: number, bytes: Uint8Array, from: number): number;
  /** Resolves when what was written to `file` is on disk. */
  sync(file: number): Promise<void>;
  /** The same, waiting. */
  syncNow(file: number): void;
  /** Makes new names in a folder durable, where the system can. */
  syncFolder(path: string): void;
  truncate(file: number, length: number): void;
  close(file: number): void;
  rename(from: string, to: string): void;
  /** Removes a file; one that is not there is no error. */
  remove(path: string): void;
  makeFolder(path: string): void;
  /** Names in a folder, sorted; none when it does not exist. */
  list(path: string): readonly string[];
  /** A whole file, or null when it does not exist. */
  read(path: string): Buffer | null;
  /** `length` bytes from `offset`, or fewer at the file's end. */
  readPart(file: number, offset: number, length: number): Buffer;
}

/** The machine's files. */
export const systemFiles: JournalFiles = {
  open: (path, flags) => openSync(path, flags),
  write: (file, bytes, from) => writeSync(file, bytes, from),
  sync: (file) =>
    new Promise((resolve, reject) => {
      fdatasync(file, (error) => (error === null ? resolve() : reject(error)));
    }),
  syncNow: (file) => fdatasyncSync(file),
  syncFolder(path) {
    try {
      const folder = openSync(path, 'r');
      try {
        fsyncSync(folder);
      } finally {
        closeSync(folder);
      }
    } catch (error) {
      if (!FOLDER_SYNC_REFUSED.has(errorCode(error))) throw error;
    }
  },
  truncate: (file, length) => ftruncateSync(file, length),
  close: (file) => closeSync(file),
  rename: (from, to) => retryWhileHeld(() => renameSync(from, to)),
  remove(path) {
    try {
      retryWhileHeld(() => unlinkSync(path));
    } catch (error) {
      if (errorCode(error) !== 'ENOENT') throw error;
    }
  },
  makeFolder: (path) => void mkdirSync(path, { recursive: true }),
  list: (path) => orWhenMissing(() => readdirSync(path).sort(), []),
  read: (path) => orWhenMissing(() => readFileSync(path), null),
  readPart(file, offset, length) {
    const bytes = Buffer.alloc(length);
    let filled = 0;
    while (filled < length) {
      const count = readSync(file, bytes, filled, length - filled, offset + filled);
      if (count === 0) break;
      filled += count;
    }
    return bytes.subarray(0, filled);
  },
};

/** Writes all of `bytes`, however many calls it takes. */
export const writeFully = (files: JournalFiles, file: number, bytes: Uint8Array): void => {
  for (let written = 0; written < bytes.length;) {
    const count = files.write(file, bytes, written);
    if (count <= 0) throw new Error('The disk took no more bytes');
    written += count;
  }
};

const orWhenMissing = <T, M>(work: () => T, missing: M): T | M => {
  try {
    return work();
  } catch (error) {
    if (errorCode(error) !== 'ENOENT') throw error;
    return missing;
  }
};

/** Windows refuses for a moment while a scanner looks at a file; a few tries in a row are enough. */
const retryWhileHeld = (work: () => void): void => {
  for (let tries = process.platform === 'win32' ? 20 : 0; ; tries -= 1) {
    try {
      return work();
    } catch (error) {
      if (tries <= 0 || !['EPERM', 'EBUSY', 'EACCES'].includes(errorCode(error))) throw error;
      Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0, 10);
    }
  }
};
