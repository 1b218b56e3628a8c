/** What tells one version of a file's content from another. */
import { fstatSync, lstatSync } from 'node:fs';
import type { BigIntStats } from 'node:fs';

/** A version, as far as the file system tells. */
export type FileVersion = Pick<BigIntStats, 'size' | 'mtimeNs' | 'ctimeNs' | 'ino'>;

/** @throws Error for what is no regular file, a link among it; system errors as they are. */
export const versionAt = (absolute: string): FileVersion => regular(lstatSync(absolute, BIG));

/** The same of an open file. */
export const versionOf = (file: number): FileVersion => regular(fstatSync(file, BIG));

const BIG = { bigint: true } as const;

const regular = (version: BigIntStats): FileVersion => {
  if (!version.isFile()) throw new Error('it is not a regular file');
  return version;
};

/** Whether nothing that the file system would tell about has happened to the content. */
export const sameVersion = (a: FileVersion, b: FileVersion): boolean =>
  a.size === b.size && a.mtimeNs === b.mtimeNs && a.ctimeNs === b.ctimeNs && a.ino === b.ino;

/**
 * Whether a change right after `readAt` (ms since the epoch) could leave the same times behind.
 * Clocks of file systems tick: every 1–10 ms on most, every 2 s where times are whole seconds.
 */
export const isRacy = (file: FileVersion, readAt: number): boolean => {
  const changed = file.ctimeNs > file.mtimeNs ? file.ctimeNs : file.mtimeNs;
  const tick = changed % 1_000_000_000n === 0n ? 2_000_000_000n : 20_000_000n;
  return changed + tick >= BigInt(Math.floor(readAt)) * 1_000_000n;
};
