/**
 * The files of the station's lock.
 *
 * `.3ox/journal/engine-<epoch>.claim` decides: each epoch can be claimed once, by creating its file,
 * and the highest claim is the holder's. `.3ox/engine.lock` is what the holder shows of itself, with
 * its heartbeat. `.3ox/journal/epoch` keeps the highest epoch when no claim is left.
 */
import { randomBytes } from 'node:crypto';
import { closeSync, linkSync, mkdirSync, openSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { errorCode } from '../lib/atomic-file.ts';
import { isJsonObject } from '../lib/json.ts';
import { systemFiles } from './journal-files.ts';
import type { ProcessIdentity } from './process-identity.ts';

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
export const lockFiles = (folder: string): LockFiles => {
  const journal = join(folder, 'journal');
  const shown = join(folder, 'engine.lock');
  const epochFile = join(journal, 'epoch');
  const nameOf = (epoch: number): string => join(journal, `engine-${epoch}.claim`);
  const temporary = (path: string): string => `${path}.${randomBytes(6).toString('hex')}.tmp`;

  const claims = (): readonly number[] =>
    systemFiles.list(journal).flatMap((name) => {
      const epoch = /^engine-(\d{1,15})\.claim$/.exec(name)?.[1];
      return epoch === undefined ? [] : [Number(epoch)];
    });

  const replace = (path: string, text: string, durable: boolean): void => {
    const temp = temporary(path);
    try {
      const file = openSync(temp, 'wx');
      try {
        writeFileSync(file, text);
        if (durable) systemFiles.syncNow(file);
      } finally {
        closeSync(file);
      }
      systemFiles.rename(temp, path);
    } catch (error) {
      systemFiles.remove(temp);
      throw error;
    }
  };

  return {
    highest() {
      const all = claims();
      if (all.length === 0) return null;
      const epoch = Math.max(...all);
      const holder = readHolder(shown);
      return { epoch, holder: holder?.epoch === epoch ? holder : readHolder(nameOf(epoch)) };
    },
    claim(holder) {
      mkdirSync(journal, { recursive: true });
      const path = nameOf(holder.epoch);
      const temp = temporary(path);
      const text = `${JSON.stringify(holder)}\n`;
      try {
        writeFileSync(temp, text, { flag: 'wx' });
        linkSync(temp, path);
        return true;
      } catch (error) {
        if (errorCode(error) === 'EEXIST') return false;
        if (!['EPERM', 'ENOTSUP', 'EOPNOTSUPP', 'ENOSYS', 'EMLINK'].includes(errorCode(error))) {
          throw error;
        }
        return createExclusively(path, text);
      } finally {
        systemFiles.remove(temp);
      }
    },
    removeClaims(upTo) {
      for (const epoch of claims()) if (epoch <= upTo) systemFiles.remove(nameOf(epoch));
    },
    epoch() {
      const saved = Number.parseInt(systemFiles.read(epochFile)?.toString('utf8') ?? '0', 10);
      return Number.isSafeInteger(saved) ? saved : 0;
    },
    saveEpoch(epoch) {
      replace(epochFile, `${epoch}\n`, true);
      systemFiles.syncFolder(journal);
    },
    show: (holder) => replace(shown, `${JSON.stringify(holder)}\n`, false),
    hide(epoch) {
      if (readHolder(shown)?.epoch === epoch) systemFiles.remove(shown);
    },
  };
};

/** For file systems without hard links: a reader may see the file before its content. */
const createExclusively = (path: string, text: string): boolean => {
  try {
    writeFileSync(path, text, { flag: 'wx' });
    return true;
  } catch (error) {
    if (errorCode(error) === 'EEXIST') return false;
    throw error;
  }
};

const readHolder = (path: string): LockHolder | null => {
  try {
    const value: unknown = JSON.parse(readFileSync(path, 'utf8'));
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
