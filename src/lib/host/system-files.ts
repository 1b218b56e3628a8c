/** The machine's own files, with the wrinkles of Windows and of file systems that refuse a sync ironed out. */
import {
  chmodSync,
  accessSync,
  closeSync,
  constants,
  fdatasync,
  fdatasyncSync,
  fstatSync,
  fsyncSync,
  ftruncateSync,
  linkSync,
  lstatSync,
  mkdirSync,
  open,
  openSync,
  readFileSync,
  readSync,
  readdirSync,
  realpathSync,
  renameSync,
  statSync,
  unlinkSync,
  utimesSync,
  watch,
  writeSync,
} from 'node:fs';
import { readFile } from 'node:fs/promises';
import { errorCode } from '../error-code.ts';
import type { HostFiles } from './host.ts';

/** Files as the operating system keeps them. */
export const systemFiles: HostFiles = {
  open: (path, flags, mode = OWN_FILE) => openSync(path, flags, mode),
  make: (path) =>
    new Promise((resolve, reject) => {
      open(path, 'ax', OWN_FILE, (error, file) => {
        if (error !== null) reject(error);
        else {
          closeSync(file);
          resolve();
        }
      });
    }),
  write: (file, bytes, from) => writeSync(file, bytes, from),
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
  sizeOf: (file) => fstatSync(file).size,
  truncate: (file, length) => ftruncateSync(file, length),
  sync: (file) =>
    new Promise((resolve, reject) => {
      fdatasync(file, (error) => (error === null ? resolve() : reject(error)));
    }),
  syncNow: (file) => fdatasyncSync(file),
  close: (file) => closeSync(file),
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
  rename: (from, to) => retryWhileHeld(() => renameSync(from, to)),
  link: (from, to) => linkSync(from, to),
  remove: (path) =>
    orWhenMissing(() => {
      retryWhileHeld(() => unlinkSync(path));
      return true;
    }, false),
  restrict(path, mode) {
    if (process.platform !== 'win32') chmodSync(path, mode);
  },
  touch: (path, at) =>
    orWhenMissing(() => {
      utimesSync(path, at / 1_000, at / 1_000);
      return true;
    }, false),
  makeFolder: (path, mode = OWN_FOLDER) => void mkdirSync(path, { recursive: true, mode }),
  list: (path) => orWhenMissing(() => readdirSync(path).sort(), []),
  read: (path) => orWhenMissing(() => readFileSync(path), null),
  readForeign(path) {
    const file = openSync(path, FOREIGN);
    try {
      return readFileSync(file);
    } finally {
      closeSync(file);
    }
  },
  load: (path) => readFile(path, { flag: FOREIGN }),
  stat(path, links) {
    const look = links === 'follow' ? statSync : lstatSync;
    const stat = look(path, { throwIfNoEntry: false });
    if (stat === undefined) return null;
    return { regular: stat.isFile(), size: stat.size, modified: stat.mtimeMs, inode: stat.ino };
  },
  realPath: (path) => realpathSync.native(path),
  isWritable(path) {
    try {
      accessSync(path, constants.W_OK);
      return true;
    } catch {
      return false;
    }
  },
  watch(folder, onName, onError) {
    const watcher = watch(folder, { persistent: false }, (_event, name) => onName(name));
    watcher.on('error', onError);
    return () => watcher.close();
  },
};

// What runs are given and deliver is nobody else's business; agents are the same user.
const OWN_FILE = 0o600;
const OWN_FOLDER = 0o700;

/** Codes with which a system says that folders cannot be synced there (Windows, some network shares). */
const FOLDER_SYNC_REFUSED: ReadonlySet<string> = new Set([
  'EISDIR',
  'EPERM',
  'EACCES',
  'EINVAL',
  'ENOTSUP',
  'ENOSYS',
  'EBADF',
]);

// A pipe put in a file's place between the look and the opening must not stop the process.
const FOREIGN = constants.O_RDONLY | (constants.O_NOFOLLOW ?? 0) | (constants.O_NONBLOCK ?? 0);

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
