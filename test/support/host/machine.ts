/**
 * A machine in memory: a disk, a clock that can jump, processes that can be killed, stopped and
 * cut off by a power failure, watchers that lose and double what they see.
 */
import type { Host, HostFiles } from '../../../src/lib/host/host.ts';
import type { Random } from '../random.ts';
import { createMemoryDisk } from './memory-disk.ts';
import type { MemoryDisk } from './memory-disk.ts';
import type { VirtualTime } from './virtual-time.ts';

export interface Machine {
  readonly disk: MemoryDisk;
  /** Wall clock, ms since the epoch. */
  now(): number;
  /** Sets the wall clock forth or back; time itself goes on as before. */
  jump(by: number): void;
  /** A new process. `wrap` puts faults under its files. */
  start(name: string, wrap?: (files: HostFiles) => HostFiles): MachineProcess;
  /** Ends every process and leaves on the disk what a power cut leaves. */
  cutPower(): void;
  /** Calls `listener` with every name that changes in a folder, whatever watchers lose. */
  onName(listener: (folder: string, name: string) => void): void;
  /** How likely a watcher loses a name, or tells it twice. */
  watching: { lost: number; doubled: number };
}

export interface MachineProcess {
  readonly name: string;
  readonly pid: number;
  readonly alive: boolean;
  readonly stopped: boolean;
  readonly host: Host;
  /** kill -9. */
  kill(): void;
  /** SIGSTOP and SIGCONT. */
  stop(): void;
  goOn(): void;
}

export const createMachine = (time: VirtualTime, random: Random, start: number): Machine => {
  let offset = start;
  let pids = 100;
  const now = (): number => time.now() + offset;
  const processes = new Set<MachineProcess>();
  const watching = { lost: 0, doubled: 0 };
  const watchers = new Set<Watcher>();

  const listeners: ((folder: string, name: string) => void)[] = [];

  const onName = (folder: string, name: string): void => {
    for (const listener of listeners) listener(folder, name);
    for (const watcher of watchers) {
      if (watcher.folder !== folder || !watcher.owner.alive) continue;
      // A watcher stays with the folder it was made for, not with its name.
      if (watcher.inode !== (disk.stat(folder)?.inode ?? watcher.inode)) continue;
      if (random.chance(watching.lost)) continue;
      const times = random.chance(watching.doubled) ? 2 : 1;
      for (let count = 0; count < times; count += 1) {
        time.after(
          random.below(20),
          () => watchers.has(watcher) && watcher.onName(name),
          watcher.owner,
        );
      }
    }
  };

  let disk = createMemoryDisk(now);
  disk.onName(onName);

  const machine: Machine = {
    get disk() {
      return disk;
    },
    watching,
    onName: (listener) => void listeners.push(listener),
    now,
    jump(by) {
      offset += by;
    },
    start(name, wrap = (files) => files) {
      const chances = random.fork();
      let state: 'alive' | 'stopped' | 'dead' = 'alive';
      const mine: number[] = [];
      const process: MachineProcess = {
        name,
        pid: (pids += 1),
        get alive() {
          return state !== 'dead';
        },
        get stopped() {
          return state === 'stopped';
        },
        get host() {
          return host;
        },
        kill() {
          state = 'dead';
          processes.delete(process);
          for (const file of mine) disk.close(file);
          for (const watcher of watchers) if (watcher.owner === process) watchers.delete(watcher);
        },
        stop() {
          if (state === 'alive') state = 'stopped';
        },
        goOn() {
          if (state === 'stopped') state = 'alive';
        },
      };
      const files = filesOf(process, () => disk, time, chances, watchers, mine);
      const host: Host = {
        files: wrap(files),
        clock: {
          now,
          monotonic: () => time.now(),
          after: (delay, work) => time.after(delay, work, process),
        },
        processes: {
          own: () => ({ pid: process.pid, boot: 'b', started: `${process.pid}`, host: 'sim' }),
          stateOf: ({ pid }) => ([...processes].some((one) => one.pid === pid) ? 'alive' : 'gone'),
        },
        random: (count) => Buffer.from(Array.from({ length: count }, () => chances.below(256))),
      };
      processes.add(process);
      return process;
    },
    cutPower() {
      for (const process of processes) process.kill();
      disk = disk.crash(random);
      disk.onName(onName);
    },
  };
  return machine;
};

interface Watcher {
  readonly folder: string;
  readonly inode: number;
  readonly owner: MachineProcess;
  readonly onName: (name: string | null) => void;
}

/** The disk as one process sees it. What a dead process still tries changes nothing. */
const filesOf = (
  process: MachineProcess,
  disk: () => MemoryDisk,
  time: VirtualTime,
  random: Random,
  watchers: Set<Watcher>,
  mine: number[],
): HostFiles => {
  const living = (): MemoryDisk => {
    if (!process.alive) throw Object.assign(new Error('this process is dead'), { code: 'EDEAD' });
    return disk();
  };
  return {
    open(path, flags) {
      const file = living().open(path, flags);
      mine.push(file);
      return file;
    },
    make: (path) =>
      new Promise((resolve, reject) => {
        time.after(
          random.below(8),
          () => {
            try {
              living().close(living().open(path, 'ax'));
              resolve();
            } catch (error) {
              reject(error);
            }
          },
          process,
        );
      }),
    write: (file, bytes, from) => living().write(file, bytes, from),
    readPart: (file, offset, length) => living().readPart(file, offset, length),
    sizeOf: (file) => living().sizeOf(file),
    truncate: (file, length) => living().truncate(file, length),
    sync(file) {
      const end = living().beginSync(file);
      return new Promise((resolve) => {
        time.after(random.below(12), () => resolve(end()), process);
      });
    },
    syncNow: (file) => living().syncNow(file),
    close: (file) => {
      if (process.alive) disk().close(file);
    },
    syncFolder: (path) => living().syncFolder(path),
    rename: (from, to) => living().rename(from, to),
    link: (from, to) => living().link(from, to),
    remove: (path) => living().remove(path),
    restrict: (path, mode) => living().restrict(path, mode),
    touch: (path, at) => living().touch(path, at),
    makeFolder: (path) => living().makeFolder(path),
    list: (path) => living().list(path),
    read: (path) => living().read(path),
    readForeign: (path) => living().readForeign(path),
    load: (path) =>
      new Promise((resolve, reject) => {
        time.after(
          random.below(5),
          () => {
            try {
              resolve(living().readForeign(path));
            } catch (error) {
              reject(error);
            }
          },
          process,
        );
      }),
    stat: (path) => living().stat(path),
    realPath: (path) => living().realPath(path),
    isWritable: (path) => living().isWritable(path),
    watch(folder, onName) {
      const inode = living().stat(folder)?.inode;
      if (inode === undefined)
        throw Object.assign(new Error(`ENOENT: ${folder}`), { code: 'ENOENT' });
      const watcher = { folder, inode, owner: process, onName };
      watchers.add(watcher);
      return () => void watchers.delete(watcher);
    },
  };
};
