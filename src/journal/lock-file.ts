/**
 * The files of the station's lock.
 *
 * `.3ox/journal/engine-<epoch>.claim` decides: each epoch can be claimed once, by creating its file,
 * and the highest claim is the holder's. `.3ox/engine.lock` is what the holder shows of itself, with
 * its heartbeat. `.3ox/journal/epoch` keeps the highest epoch when no claim is left.
 */
import { join } from 'node:path';
import { errorCode } from '../lib/atomic-file.ts';
import { isJsonObject } from '../lib/json.ts';
import type { Host, HostFiles, ProcessIdentity } from '../lib/host/host.ts';
import { writeFully } from '../lib/host/write-fully.ts';

/** An engine that holds, or held, a station. */
export interface LockHolder extends ProcessIdentity {
  readonly epoch: number;
  /** When it took the lock, and when it last showed that it lives; ms since the epoch. */
  readonly since: number;
  readonly heartbeat: number;
  /** Counts heartbeats, so that a clock set back or forth does not matter. */
  readonly beat: number;
  /** Where it can be reached (a URL), if it said so. */
  readonly address: string | null;
}

/** The highest claim: its epoch, and who made it as far as that can be read. */
export interface Claim {
  readonly epoch: number;
  readonly holder: LockHolder | null;
}

/** The lock's files of one station. */
export interface LockFiles {
  highest(): Claim | null;
  /** Claims `holder.epoch`; false when somebody else was first. */
  claim(holder: LockHolder): boolean;
  /** Removes own and lower claims, so that `epoch` must be on disk first. */
  removeClaims(upTo: number): void;
  epoch(): number;
  /** Writes and syncs. */
  saveEpoch(epoch: number): void;
  show(holder: LockHolder): void;
  hide(epoch: number): void;
}

/** The lock's files in `folder` (`.3ox`). */
export const lockFiles = (
  folder: string,
  { files, random }: Pick<Host, 'files' | 'random'>,
): LockFiles => {
  const journal = join(folder, 'journal');
  const shown = join(folder, 'engine.lock');
  const epochFile = join(journal, 'epoch');
  const nameOf = (epoch: number): string => join(journal, `engine-${epoch}.claim`);
  const temporary = (path: string): string => `${path}.${random(6).toString('hex')}.tmp`;

  const claims = (): readonly number[] =>
    files.list(journal).flatMap((name) => {
      const epoch = /^engine-(\d{1,15})\.claim$/.exec(name)?.[1];
      return epoch === undefined ? [] : [Number(epoch)];
    });

  const replace = (path: string, text: string, durable: boolean): void => {
    const temp = temporary(path);
    try {
      create(files, temp, text, durable);
      files.rename(temp, path);
    } catch (error) {
      files.remove(temp);
      throw error;
    }
  };

  return {
    highest() {
      const all = claims();
      if (all.length === 0) return null;
      const epoch = Math.max(...all);
      const holder = readHolder(files, shown);
      return { epoch, holder: holder?.epoch === epoch ? holder : readHolder(files, nameOf(epoch)) };
    },
    claim(holder) {
      files.makeFolder(journal);
      const path = nameOf(holder.epoch);
      const temp = temporary(path);
      const text = `${JSON.stringify(holder)}\n`;
      try {
        create(files, temp, text, false);
        files.link(temp, path);
        return true;
      } catch (error) {
        if (errorCode(error) === 'EEXIST') return false;
        if (!['EPERM', 'ENOTSUP', 'EOPNOTSUPP', 'ENOSYS', 'EMLINK'].includes(errorCode(error))) {
          throw error;
        }
        return createExclusively(files, path, text);
      } finally {
        files.remove(temp);
      }
    },
    removeClaims(upTo) {
      for (const epoch of claims()) if (epoch <= upTo) files.remove(nameOf(epoch));
    },
    epoch() {
      const saved = Number.parseInt(files.read(epochFile)?.toString('utf8') ?? '0', 10);
      return Number.isSafeInteger(saved) ? saved : 0;
    },
    saveEpoch(epoch) {
      replace(epochFile, `${epoch}\n`, true);
      files.syncFolder(journal);
    },
    show: (holder) => replace(shown, `${JSON.stringify(holder)}\n`, false),
    hide(epoch) {
      if (readHolder(files, shown)?.epoch === epoch) files.remove(shown);
    },
  };
};

/** For file systems without hard links: a reader may see the file before its content. */
const createExclusively = (files: HostFiles, path: string, text: string): boolean => {
  try {
    create(files, path, text, false);
    return true;
  } catch (error) {
    if (errorCode(error) === 'EEXIST') return false;
    throw error;
  }
};

/** A new file with `text`. @throws EEXIST */
const create = (files: HostFiles, path: string, text: string, durable: boolean): void => {
  const file = files.open(path, 'ax');
  try {
    writeFully(files, file, Buffer.from(text));
    if (durable) files.syncNow(file);
  } finally {
    files.close(file);
  }
};

const readHolder = (files: HostFiles, path: string): LockHolder | null => {
  try {
    const value: unknown = JSON.parse(files.read(path)?.toString('utf8') ?? 'null');
    return isHolder(value) ? value : null;
  } catch {
    return null;
  }
};

const isHolder = (value: unknown): value is LockHolder =>
  isJsonObject(value) &&
  ['pid', 'epoch', 'since', 'heartbeat', 'beat'].every((key) => typeof value[key] === 'number') &&
  ['boot', 'host'].every((key) => typeof value[key] === 'string') &&
  ['started', 'address'].every((key) => value[key] === null || typeof value[key] === 'string');
