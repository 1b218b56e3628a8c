/**
 * The few file operations the queue makes, as a port, so that faults can be put under it.
 *
 * Small files are handled synchronously: an asynchronous call costs several times the work
 * itself, and the queue makes a handful of them for every task. Large reads are asynchronous.
 */
import { constants } from 'node:fs';
import * as fs from 'node:fs';
import { readFile } from 'node:fs/promises';
import { basename, join } from 'node:path';
import { errorCode, renameWithRetry, unlinkIfPresent } from '../../lib/atomic-file.ts';
import { createUnique } from './names.ts';

/** What the queue looks at before it opens a file. */
export interface FileFacts {
  /** False for folders, links, pipes and devices. */
  readonly regular: boolean;
  readonly size: number;
  /** ms since the epoch, with fractions. */
  readonly modified: number;
  readonly inode: number;
}

/** Everything the queue does to files. Errors are the system's own, with their code. */
export interface QueueFiles {
  /** Names in a folder; made when it is not there. */
  list(folder: string): readonly string[];
  /** Null when there is no such file. Links are not followed. */
  stat(path: string): FileFacts | null;
  read(path: string, size: number): Uint8Array | Promise<Uint8Array>;
  /** Writes a file that is complete from the moment it is there. Not synced: the journal is the truth. */
  write(path: string, text: string): Promise<void>;
  /** Moves a file; false when it was not there. */
  move(from: string, to: string): Promise<boolean>;
  /** Removes a file; false when it was not there. */
  remove(path: string): Promise<boolean>;
  ensure(folder: string): void;
  /** Calls `onName` with names that may have changed (null: any). Returns a function that stops it. */
  watch(folder: string, onName: (name: string | null) => void, onError: () => void): () => void;
}

/** The machine's files. `temp` is the folder for files being written. */
export const createQueueFiles = (temp: string): QueueFiles => ({
  list(folder) {
    try {
      return fs.readdirSync(folder);
    } catch (error) {
      if (errorCode(error) !== 'ENOENT') throw error;
      fs.mkdirSync(folder, { recursive: true });
      return [];
    }
  },
  stat(path) {
    const stat = fs.lstatSync(path, { throwIfNoEntry: false });
    if (stat === undefined) return null;
    return { regular: stat.isFile(), size: stat.size, modified: stat.mtimeMs, inode: stat.ino };
  },
  read: (path, size) => (size > SMALL ? readFile(path) : readSmall(path)),
  async write(path, text) {
    const draft = join(temp, `${basename(path)}.${createUnique(Date.now())}`);
    writeDraft(draft, text);
    try {
      await move(draft, path);
    } catch (error) {
      await unlinkIfPresent(draft).catch(() => false);
      throw error;
    }
  },
  async move(from, to) {
    try {
      await move(from, to);
      return true;
    } catch (error) {
      if (errorCode(error) === 'ENOENT' && !fs.existsSync(from)) return false;
      throw error;
    }
  },
  remove: async (path) => {
    try {
      fs.unlinkSync(path);
      return true;
    } catch (error) {
      if (errorCode(error) === 'ENOENT') return false;
      return unlinkIfPresent(path);
    }
  },
  ensure: (folder) => void fs.mkdirSync(folder, { recursive: true }),
  watch(folder, onName, onError) {
    const watcher = fs.watch(folder, { persistent: false }, (_event, name) => onName(name));
    watcher.on('error', onError);
    return () => watcher.close();
  },
});

const SMALL = 64 * 1024;

// A pipe put in a file's place between the look and the opening must not stop the process.
const READ_FLAGS = constants.O_RDONLY | (constants.O_NOFOLLOW ?? 0) | (constants.O_NONBLOCK ?? 0);

const readSmall = (path: string): Uint8Array => {
  const file = fs.openSync(path, READ_FLAGS);
  try {
    return fs.readFileSync(file);
  } finally {
    fs.closeSync(file);
  }
};

/** Writes the draft, making its folder again when somebody removed it. */
const writeDraft = (draft: string, text: string): void => {
  try {
    fs.writeFileSync(draft, text);
  } catch (error) {
    if (errorCode(error) !== 'ENOENT') throw error;
    fs.mkdirSync(join(draft, '..'), { recursive: true });
    fs.writeFileSync(draft, text);
  }
};

/** Renames; makes the target's folder again when somebody removed it; waits for whoever holds the file. */
const move = async (from: string, to: string): Promise<void> => {
  try {
    fs.renameSync(from, to);
  } catch (error) {
    if (errorCode(error) === 'ENOENT' && fs.existsSync(from)) {
      fs.mkdirSync(join(to, '..'), { recursive: true });
    } else if (!HELD.has(errorCode(error))) {
      throw error;
    }
    await renameWithRetry(from, to);
  }
};

const HELD = new Set(['EPERM', 'EBUSY', 'EACCES']);
