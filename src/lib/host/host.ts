/**
 * What the core asks of the machine: files, time, randomness, watching, which processes live.
 *
 * Everything the engine, the journal and the queue do to their surroundings goes through here, so
 * that a test can put a machine of its own under them: one in memory with a clock in hand, one
 * that fails, one that loses what was not synced. Agents and chat adapters meet the world themselves.
 * Everything but syncing, large reads and files made ahead of need is synchronous: it costs microseconds and keeps call
 * order plain. Every function throws the system's own error, with its `code`.
 */
import type { Clock } from '../clock.ts';

/** A machine. Ask for the part you use: `Pick<Host, 'files'>`, `Pick<HostFiles, 'read'>`. */
export interface Host {
  readonly files: HostFiles;
  readonly clock: HostClock;
  readonly processes: HostProcesses;
  /** `count` bytes that nobody can guess. */
  random(count: number): Buffer;
}

/** A clock that also measures. */
export interface HostClock extends Clock {
  /** Milliseconds that only ever grow, whatever is done to the wall clock. */
  monotonic(): number;
}

/** A process as locks and hosts' files name it. */
export interface ProcessIdentity {
  readonly pid: number;
  /** The boot, and the process number space within it. Equal for processes that see each other. */
  readonly boot: string;
  /** When the process started, in the system's own words; null where they cannot be had. */
  readonly started: string | null;
  readonly host: string;
}

/** Processes of this machine. */
export interface HostProcesses {
  /** This process. */
  own(): ProcessIdentity;
  /** `gone`: of this boot and no longer there. `unknown`: of another machine or boot. */
  stateOf(identity: ProcessIdentity): 'alive' | 'gone' | 'unknown';
}

/** What a look at a file says. */
export interface FileFacts {
  /** False for folders, links, pipes and devices. */
  readonly regular: boolean;
  readonly size: number;
  /** ms since the epoch, with fractions. */
  readonly modified: number;
  readonly inode: number;
}

/** How a file is opened: `r` to read, `ax` to append to a new file, `a` to append, `r+` to cut, `w` to replace. */
export type OpenFlags = 'r' | 'a' | 'ax' | 'r+' | 'w';

/** Files of a machine. Paths are absolute. */
export interface HostFiles {
  /** `mode` is for a file that is made, less the umask; default 0600. */
  open(path: string, flags: OpenFlags, mode?: number): number;
  /** Makes an empty file; others get a turn meanwhile, for this can take long. @throws EEXIST */
  make(path: string): Promise<void>;
  /** Writes `bytes` from `from` on; returns how many were written, maybe fewer than all. */
  write(file: number, bytes: Uint8Array, from: number): number;
  /** `length` bytes from `offset`, or fewer at the file's end. */
  readPart(file: number, offset: number, length: number): Buffer;
  /** Bytes in an open file. */
  sizeOf(file: number): number;
  truncate(file: number, length: number): void;
  /** Resolves when what was written to `file` is on disk. */
  sync(file: number): Promise<void>;
  /** The same, waiting. */
  syncNow(file: number): void;
  close(file: number): void;
  /** Makes new names in a folder durable, where the system can. */
  syncFolder(path: string): void;
  /** Replaces the target. */
  rename(from: string, to: string): void;
  /** A second name for a file. @throws EEXIST when `to` is there. */
  link(from: string, to: string): void;
  /** Removes a file; false when there was none. */
  remove(path: string): boolean;
  /** Sets who may use a file or folder, where the system has modes. */
  restrict(path: string, mode: number): void;
  /** Sets a file's time, ms since the epoch; false when there is none. */
  touch(path: string, at: number): boolean;
  /** Folders above it, too. `mode` as for files, default 0700. */
  makeFolder(path: string, mode?: number): void;
  /** Names in a folder, sorted; none when it does not exist. */
  list(path: string): readonly string[];
  /** A whole file, or null when it does not exist. */
  read(path: string): Buffer | null;
  /** A file that somebody else wrote: no link is followed, a pipe does not block. */
  readForeign(path: string): Buffer;
  /** {@link readForeign} for large files: others get a turn meanwhile. */
  load(path: string): Promise<Buffer>;
  /** Null when there is no such file. A link is looked at, or what it leads to. */
  stat(path: string, links?: 'follow'): FileFacts | null;
  /** The path without links. */
  realPath(path: string): string;
  isWritable(path: string): boolean;
  /**
   * Calls `onName` with names that may have changed (null: any). A hint: names get lost, and a
   * watcher stays behind when its folder goes. Returns a function that ends it.
   */
  watch(folder: string, onName: (name: string | null) => void, onError: () => void): () => void;
}
