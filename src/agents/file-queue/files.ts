/**
 * The few file operations the queue makes, as a port, so that faults can be put under it.
 *
 * Small files are handled synchronously: an asynchronous call costs several times the work
 * itself, and the queue makes a handful of them for every task. Large reads are asynchronous.
 */
import { basename, dirname, join } from 'node:path';
import { errorCode, renameWithRetry, unlinkIfPresent } from '../../lib/atomic-file.ts';
import type { FileFacts, Host } from '../../lib/host/host.ts';
import { systemHost } from '../../lib/host/system-host.ts';
import { writeFully } from '../../lib/host/write-fully.ts';
import { createUniqueNames } from './names.ts';
import { createSpareFiles } from './spare-files.ts';
import { createTurns } from './turns.ts';

export type { FileFacts } from '../../lib/host/host.ts';

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
  /** {@link remove} for a small file of the queue's own, which may become the next one written. */
  recycle(path: string): Promise<boolean>;
  /** Sets a file's time to now; false when it is not there. */
  touch(path: string): boolean;
  ensure(folder: string): void;
  /** The path without links. */
  realPath(path: string): string;
  /** Calls `onName` with names that may have changed (null: any). Returns a function that stops it. */
  watch(folder: string, onName: (name: string | null) => void, onError: () => void): () => void;
  /** Removes what was made ahead of need; what is written from now on is made then. */
  close(): void;
}

/** The files of a machine as the queue uses them. `temp` is the folder for files being written. */
export const createQueueFiles = (temp: string, host: Host = systemHost): QueueFiles => {
  const { files, clock } = host;
  const unique = createUniqueNames(host);
  const spares = createSpareFiles(host, temp, unique);
  const loads = createTurns(clock, LOADS_AT_ONCE);
  return {
    list(folder) {
      const names = files.list(folder);
      if (names.length === 0) files.makeFolder(folder);
      return names;
    },
    stat: (path) => files.stat(path),
    read: (path, size) =>
      size > SMALL ? loads.run('', () => files.load(path)) : files.readForeign(path),
    async write(path, text) {
      const spare = spares.take();
      const draft = spare ?? join(temp, `${basename(path)}.${unique()}`);
      try {
        const begun = clock.monotonic();
        writeDraft(host, draft, text, spare === null ? 'w' : 'r+');
        if (spare === null) spares.madeOwn(clock.monotonic() - begun);
        await move(host, draft, path);
      } catch (error) {
        await unlinkIfPresent(draft, host).catch(() => false);
        throw error;
      }
    },
    async move(from, to) {
      try {
        await move(host, from, to);
        return true;
      } catch (error) {
        if (errorCode(error) === 'ENOENT' && files.stat(from) === null) return false;
        throw error;
      }
    },
    remove: (path) => unlinkIfPresent(path, host),
    async recycle(path) {
      try {
        if (spares.keep(path)) return true;
      } catch {
        // What stands in the way of a rename is told by the removing, if it is more than that.
      }
      return unlinkIfPresent(path, host);
    },
    touch: (path) => files.touch(path, clock.now()),
    ensure: (folder) => files.makeFolder(folder),
    realPath: (path) => files.realPath(path),
    watch: (folder, onName, onError) => files.watch(folder, onName, onError),
    close: () => spares.close(),
  };
};

const SMALL = 64 * 1024;

/** Large files under way, each with a handle and its bytes. */
const LOADS_AT_ONCE = 8;

/** Writes the draft, making it and its folder again when somebody removed them. */
const writeDraft = ({ files }: Host, draft: string, text: string, flags: 'w' | 'r+'): void => {
  const bytes = Buffer.from(text);
  const write = (how: 'w' | 'r+'): void => {
    const file = files.open(draft, how);
    try {
      writeFully(files, file, bytes);
    } finally {
      files.close(file);
    }
  };
  try {
    write(flags);
  } catch (error) {
    if (errorCode(error) !== 'ENOENT') throw error;
    files.makeFolder(dirname(draft));
    write('w');
  }
};

/** Renames; makes the target's folder again when somebody removed it; waits for whoever holds the file. */
const move = async (host: Host, from: string, to: string): Promise<void> => {
  const { files } = host;
  try {
    files.rename(from, to);
  } catch (error) {
    if (errorCode(error) === 'ENOENT' && files.stat(from) !== null) {
      files.makeFolder(dirname(to));
    } else if (errorCode(error) === 'EXDEV') {
      throw acrossDevices(from, to, error);
    } else if (!HELD.has(errorCode(error))) {
      throw error;
    }
    await renameWithRetry(from, to, host);
  }
};

const HELD = new Set(['EPERM', 'EBUSY', 'EACCES']);

/** A claim must be one rename, so there is no way around it. */
const acrossDevices = (from: string, to: string, cause: unknown): Error =>
  Object.assign(
    new Error(
      `${dirname(from)} and ${dirname(to)} lie on different file systems; keep the folders of a station's queue on one`,
      { cause },
    ),
    { code: 'EXDEV' },
  );
