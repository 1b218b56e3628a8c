/**
 * A disk in memory that forgets what was not synced: after `crash` a file holds what was synced and
 * a random part of what was written since, as real disks do. Any call can be made to fail.
 */
import type { JournalFiles } from '../../src/journal/journal-files.ts';

interface Inode {
  bytes: Buffer;
  durable: Buffer;
}

/** The disk and what the tester may do with it. */
export interface MemoryDisk extends JournalFiles {
  /** Counts calls that touch the disk; the call with number `failAt` fails, once or for ever. */
  calls: number;
  failAt: number;
  /** When set, a failing write first writes this share of its bytes. */
  shortWrite: number | null;
  /** Called before a sync resolves. */
  onSync: (() => Promise<void>) | null;
  /** What is found after the power was cut. `random` gives numbers in [0, 1). */
  crash(random: () => number): MemoryDisk;
  /** The content of a file, to look at and to change in place. */
  file(path: string): Buffer;
  put(path: string, bytes: Buffer): void;
}

const fault = (code: string): Error => Object.assign(new Error(`${code}: simulated`), { code });

/** An empty disk. */
export const createMemoryDisk = (
  names = new Map<string, Inode>(),
  durableNames = new Map<string, Inode>(),
): MemoryDisk => {
  const open = new Map<number, Inode>();
  let next = 3;
  const folderOf = (path: string): string => path.slice(0, path.lastIndexOf('/'));
  const inode = (file: number): Inode => {
    const found = open.get(file);
    if (found === undefined) throw fault('EBADF');
    return found;
  };
  const step = (): void => {
    disk.calls += 1;
    if (disk.calls === disk.failAt) throw fault('EIO');
  };
  const settle = (file: Inode): void => {
    file.durable = Buffer.from(file.bytes);
  };

  const disk: MemoryDisk = {
    calls: 0,
    failAt: 0,
    shortWrite: null,
    onSync: null,
    open(path, flags) {
      step();
      const known = names.get(path);
      if (known === undefined && (flags === 'r' || flags === 'r+')) throw fault('ENOENT');
      if (known !== undefined && flags === 'ax') throw fault('EEXIST');
      const file = known ?? { bytes: Buffer.alloc(0), durable: Buffer.alloc(0) };
      if (flags === 'w') file.bytes = Buffer.alloc(0);
      names.set(path, file);
      next += 1;
      open.set(next, file);
      return next;
    },
    write(file, bytes, from) {
      const target = inode(file);
      const part = (share: number): number => Math.ceil((bytes.length - from) * share);
      try {
        step();
      } catch (error) {
        const length = part(disk.shortWrite ?? 0);
        target.bytes = Buffer.concat([target.bytes, bytes.subarray(from, from + length)]);
        throw error;
      }
      const length = disk.shortWrite === null ? part(1) : part(0.6);
      target.bytes = Buffer.concat([target.bytes, bytes.subarray(from, from + length)]);
      return length;
    },
    async sync(file) {
      const target = inode(file);
      // What is written while the sync is under way is not covered by it.
      const bytes = Buffer.from(target.bytes);
      step();
      await disk.onSync?.();
      // Unless a later sync has ended before this one.
      if (bytes.length > target.durable.length) target.durable = bytes;
    },
    syncNow(file) {
      step();
      settle(inode(file));
    },
    syncFolder(path) {
      step();
      for (const [name] of durableNames) if (folderOf(name) === path) durableNames.delete(name);
      for (const [name, file] of names) if (folderOf(name) === path) durableNames.set(name, file);
    },
    truncate(file, length) {
      step();
      inode(file).bytes = Buffer.from(inode(file).bytes.subarray(0, length));
    },
    close: (file) => void open.delete(file),
    rename(from, to) {
      step();
      const file = names.get(from);
      if (file === undefined) throw fault('ENOENT');
      names.delete(from);
      names.set(to, file);
    },
    remove(path) {
      step();
      return names.delete(path);
    },
    makeFolder: () => undefined,
    list: (path) =>
      [...names.keys()]
        .filter((name) => folderOf(name) === path)
        .map((name) => name.slice(path.length + 1))
        .sort(),
    read: (path) => {
      const file = names.get(path);
      return file === undefined ? null : Buffer.from(file.bytes);
    },
    readPart: (file, offset, length) =>
      Buffer.from(inode(file).bytes.subarray(offset, offset + length)),
    sizeOf: (file) => inode(file).bytes.length,
    stat(path) {
      const size = names.get(path)?.bytes.length;
      return size === undefined ? null : { regular: true, size, modified: 0, inode: 0 };
    },
    file: (path) => names.get(path)?.bytes ?? Buffer.alloc(0),
    put: (path, bytes) => void names.set(path, { bytes, durable: Buffer.from(bytes) }),
    crash(random) {
      const survivors = new Map<Inode, Inode>();
      const survive = (file: Inode): Inode => {
        const known = survivors.get(file);
        if (known !== undefined) return known;
        const bytes = remains(file, random);
        const survivor = { bytes, durable: Buffer.from(bytes) };
        survivors.set(file, survivor);
        return survivor;
      };
      const after = new Map<string, Inode>();
      for (const path of new Set([...names.keys(), ...durableNames.keys()])) {
        const [now, synced] = [names.get(path), durableNames.get(path)];
        const file = now === synced || random() < 0.5 ? now : synced;
        if (file !== undefined) after.set(path, survive(file));
      }
      return createMemoryDisk(after, new Map(after));
    },
  };
  return disk;
};

/** Synced bytes, and of appended ones a random part, sometimes with a hole of zeros. */
const remains = ({ bytes, durable }: Inode, random: () => number): Buffer => {
  const appended = bytes.subarray(0, durable.length).equals(durable);
  if (!appended) return Buffer.from(random() < 0.5 ? bytes : durable);
  const extra = bytes.length - durable.length;
  const kept = Buffer.from(bytes.subarray(0, durable.length + Math.floor(random() * (extra + 1))));
  if (random() < 0.3 && kept.length > durable.length) {
    const hole = durable.length + Math.floor(random() * (kept.length - durable.length));
    kept.fill(0, hole, Math.min(kept.length, hole + 64));
  }
  return kept;
};
