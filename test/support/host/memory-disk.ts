/**
 * A disk in memory that forgets what was not synced.
 *
 * `crash` leaves what a power cut leaves: names as an ordered log that ends somewhere after the
 * last synced one, of every file what was synced and a random part of what was written since,
 * sometimes with a hole. A process that is killed loses nothing: what it wrote is the system's.
 */
import { basename, dirname } from 'node:path';
import type { FileFacts, HostFiles } from '../../../src/lib/host/host.ts';
import type { Random } from '../random.ts';

/** The disk and what the tester may do with it. Folders watch themselves: see `onName`. */
export interface MemoryDisk extends Omit<HostFiles, 'sync' | 'watch' | 'load' | 'make'> {
  /** Begins a sync; what is called afterwards ends it. Later writes are not covered. */
  beginSync(file: number): () => void;
  /** Calls `listener` with every name that changes in a folder. */
  onName(listener: (folder: string, name: string) => void): void;
  /** What is found after the power was cut. */
  crash(random: Random): MemoryDisk;
  /** What is sure to be there after a power cut, or null. */
  durable(path: string): Buffer | null;
  /** Puts a file there, synced, without anybody noticing. */
  put(path: string, bytes: Buffer): void;
  /** Removes a folder with everything in it. */
  removeFolder(path: string): void;
  /** Paths of all files below a folder. */
  below(path: string): readonly string[];
}

interface Inode {
  readonly id: number;
  data: Buffer;
  length: number;
  modified: number;
  /** Bytes from the start that were synced. */
  synced: number;
  /** What was synced, when the file was cut since. */
  old: Buffer | null;
}

interface State {
  readonly names: Map<string, Inode>;
  readonly durableNames: Map<string, Inode>;
  readonly folders: Map<string, number>;
}

const fault = (code: string, path: string): Error =>
  Object.assign(new Error(`${code}: ${path}`), { code });

/** Names not synced that a power cut may take back. */
const LOG = 40;

/** A disk with the root folder; `now` stamps files, ms since the epoch. */
export const createMemoryDisk = (now: () => number, state?: State): MemoryDisk => {
  const { names, durableNames, folders } = state ?? {
    names: new Map<string, Inode>(),
    durableNames: new Map<string, Inode>(),
    folders: new Map<string, number>([['/', 1]]),
  };
  const children = new Map<string, Set<string>>();
  const open = new Map<
    number,
    { readonly inode: Inode; readonly folder: string; readonly name: string }
  >();
  const listeners: ((folder: string, name: string) => void)[] = [];
  let log: ((to: Map<string, Inode>) => void)[] = [];
  let ids = 1 + Math.max(1, ...folders.values(), ...[...names.values()].map(({ id }) => id));
  let handles = 2;

  const childrenOf = (folder: string): Set<string> => {
    const known = children.get(folder) ?? new Set<string>();
    children.set(folder, known);
    return known;
  };
  for (const path of [...names.keys(), ...folders.keys()]) {
    if (path !== '/') childrenOf(dirname(path)).add(basename(path));
  }

  const tell = (folder: string, name: string): void => {
    for (const listener of listeners) listener(folder, name);
  };
  const record = (change: (to: Map<string, Inode>) => void): void => {
    change(names);
    log.push(change);
    while (log.length > LOG) log.shift()?.(durableNames);
  };
  const setName = (path: string, inode: Inode): void => {
    if (!folders.has(dirname(path))) throw fault('ENOENT', path);
    if (folders.has(path)) throw fault('EISDIR', path);
    record((to) => void to.set(path, inode));
    childrenOf(dirname(path)).add(basename(path));
  };
  const dropName = (path: string): void => {
    record((to) => void to.delete(path));
    childrenOf(dirname(path)).delete(basename(path));
  };
  const handle = (file: number): Inode => {
    const found = open.get(file);
    if (found === undefined) throw fault('EBADF', String(file));
    return found.inode;
  };
  const facts = (inode: Inode): FileFacts => ({
    regular: true,
    size: inode.length,
    modified: inode.modified,
    inode: inode.id,
  });
  const cut = (inode: Inode, length: number): void => {
    if (length < inode.synced) inode.old ??= Buffer.from(inode.data.subarray(0, inode.synced));
    inode.synced = Math.min(inode.synced, length);
    inode.length = length;
    inode.modified = now();
  };
  const append = (inode: Inode, bytes: Uint8Array): void => {
    const length = inode.length + bytes.length;
    if (length > inode.data.length) {
      const grown = Buffer.alloc(Math.max(64, 2 * length));
      inode.data.copy(grown, 0, 0, inode.length);
      inode.data = grown;
    }
    inode.data.set(bytes, inode.length);
    inode.length = length;
    inode.modified = now();
  };
  const content = (inode: Inode): Buffer => Buffer.from(inode.data.subarray(0, inode.length));
  const settle = (inode: Inode, length: number): void => {
    inode.synced = Math.max(inode.synced, Math.min(length, inode.length));
    inode.old = null;
  };

  const disk: MemoryDisk = {
    open(path, flags) {
      const known = names.get(path);
      if (known === undefined && (flags === 'r' || flags === 'r+')) {
        throw fault(folders.has(path) ? 'EISDIR' : 'ENOENT', path);
      }
      if (known !== undefined && flags === 'ax') throw fault('EEXIST', path);
      const inode = known ?? {
        id: (ids += 1),
        data: Buffer.alloc(0),
        length: 0,
        modified: now(),
        synced: 0,
        old: null,
      };
      if (known === undefined) {
        setName(path, inode);
        tell(dirname(path), basename(path));
      } else if (flags === 'w') cut(inode, 0);
      open.set((handles += 1), { inode, folder: dirname(path), name: basename(path) });
      return handles;
    },
    write(file, bytes, from) {
      append(handle(file), bytes.subarray(from));
      const { folder, name } = open.get(file) ?? { folder: '', name: '' };
      tell(folder, name);
      return bytes.length - from;
    },
    readPart: (file, offset, length) => content(handle(file)).subarray(offset, offset + length),
    sizeOf: (file) => handle(file).length,
    truncate: (file, length) => cut(handle(file), length),
    beginSync(file) {
      const inode = handle(file);
      const { length } = inode;
      return () => settle(inode, length);
    },
    syncNow: (file) => settle(handle(file), handle(file).length),
    close: (file) => void open.delete(file),
    syncFolder() {
      // Journaling file systems keep names in order: one folder's sync takes all that came before.
      for (const change of log) change(durableNames);
      log = [];
    },
    rename(from, to) {
      const inode = names.get(from);
      if (inode === undefined) throw fault('ENOENT', from);
      if (!folders.has(dirname(to))) throw fault('ENOENT', to);
      if (folders.has(to)) throw fault('EISDIR', to);
      // One step: no crash leaves both names or none.
      record((on) => {
        on.delete(from);
        on.set(to, inode);
      });
      childrenOf(dirname(from)).delete(basename(from));
      childrenOf(dirname(to)).add(basename(to));
      tell(dirname(from), basename(from));
      tell(dirname(to), basename(to));
    },
    link(from, to) {
      const inode = names.get(from);
      if (inode === undefined) throw fault('ENOENT', from);
      if (names.has(to)) throw fault('EEXIST', to);
      setName(to, inode);
      tell(dirname(to), basename(to));
    },
    remove(path) {
      if (folders.has(path)) throw fault('EISDIR', path);
      if (!names.has(path)) return false;
      dropName(path);
      tell(dirname(path), basename(path));
      return true;
    },
    restrict(path) {
      if (!names.has(path) && !folders.has(path)) throw fault('ENOENT', path);
    },
    touch(path, at) {
      const inode = names.get(path);
      if (inode === undefined) return false;
      inode.modified = at;
      tell(dirname(path), basename(path));
      return true;
    },
    makeFolder(path) {
      if (names.has(path)) throw fault('EEXIST', path);
      if (folders.has(path)) return;
      disk.makeFolder(dirname(path));
      folders.set(path, (ids += 1));
      childrenOf(dirname(path)).add(basename(path));
      tell(dirname(path), basename(path));
    },
    list(path) {
      if (names.has(path)) throw fault('ENOTDIR', path);
      return [...(children.get(path) ?? [])].sort();
    },
    read(path) {
      if (folders.has(path)) throw fault('EISDIR', path);
      const inode = names.get(path);
      return inode === undefined ? null : content(inode);
    },
    readForeign(path) {
      const bytes = disk.read(path);
      if (bytes === null) throw fault('ENOENT', path);
      return bytes;
    },
    stat(path) {
      const inode = names.get(path);
      if (inode !== undefined) return facts(inode);
      const folder = folders.get(path);
      return folder === undefined ? null : { regular: false, size: 0, modified: 0, inode: folder };
    },
    realPath(path) {
      if (!names.has(path) && !folders.has(path)) throw fault('ENOENT', path);
      return path;
    },
    isWritable: (path) => names.has(path) || folders.has(path),
    onName: (listener) => void listeners.push(listener),
    durable(path) {
      const inode = durableNames.get(path);
      if (inode === undefined) return null;
      return inode.old ?? inode.data.subarray(0, inode.synced);
    },
    put(path, bytes) {
      disk.makeFolder(dirname(path));
      const inode: Inode = {
        id: (ids += 1),
        data: Buffer.from(bytes),
        length: bytes.length,
        modified: now(),
        synced: bytes.length,
        old: null,
      };
      setName(path, inode);
      disk.syncFolder('/');
    },
    removeFolder(path) {
      for (const name of disk.list(path)) {
        const inside = `${path}/${name}`;
        if (folders.has(inside)) disk.removeFolder(inside);
        else disk.remove(inside);
      }
      folders.delete(path);
      children.delete(path);
      childrenOf(dirname(path)).delete(basename(path));
      tell(dirname(path), basename(path));
      tell(path, basename(path));
    },
    below: (path) => [...names.keys()].filter((name) => name.startsWith(`${path}/`)).sort(),
    crash(random) {
      const kept = new Map(durableNames);
      for (const change of log.slice(0, random.below(log.length + 1))) change(kept);
      const survivors = new Map<Inode, Inode>();
      const after = new Map<string, Inode>();
      for (const [path, inode] of kept) {
        if (!folders.has(dirname(path))) continue;
        const survivor = survivors.get(inode) ?? survivorOf(inode, random);
        survivors.set(inode, survivor);
        after.set(path, survivor);
      }
      return createMemoryDisk(now, {
        names: after,
        durableNames: new Map(after),
        folders: new Map(folders),
      });
    },
  };
  return disk;
};

/** Synced bytes and a random part of what came after them, sometimes with a hole of zeros. */
const survivorOf = (inode: Inode, random: Random): Inode => {
  const { old, length, synced } = inode;
  const data =
    old !== null && random.chance(0.5) ? old : Buffer.from(inode.data.subarray(0, length));
  const sure = old === null ? synced : 0;
  const kept = data === old ? data.length : sure + random.below(data.length - sure + 1);
  if (kept > sure && data !== old && random.chance(0.3)) {
    const hole = sure + random.below(kept - sure);
    data.fill(0, hole, Math.min(kept, hole + 64));
  }
  return { id: inode.id, data, length: kept, modified: inode.modified, synced: kept, old: null };
};
