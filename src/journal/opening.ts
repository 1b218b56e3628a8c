/** What opening a journal for writing changes on disk: ends that do not count, segments nobody needs. */
import { join } from 'node:path';
import { crc32c } from './crc32c.ts';
import { cutFile, writeFully } from './journal-files.ts';
import type { JournalFiles } from './journal-files.ts';
import { JournalDamagedError } from './problems.ts';
import type { JournalProblem } from './problems.ts';
import type { Segment } from './run-index.ts';
import type { Leftover, Scan } from './scan.ts';

/**
 * Cuts what lies beyond the last good record of a segment, keeping a copy of it; removes segments
 * without any.
 * @throws JournalDamagedError when the damage is not at an end; then only a copy is made.
 */
export const settleLeftovers = (
  files: JournalFiles,
  folder: string,
  scan: Scan,
  report: (problem: JournalProblem) => void,
): void => {
  const { damage } = scan;
  if (damage !== null) {
    const copy = keepCopy(files, folder, damage.name, 0);
    throw new JournalDamagedError(join(folder, damage.name), damage.offset, damage.what, copy);
  }
  for (const leftover of scan.leftovers) report(cut(files, folder, leftover));
  const empty = scan.segments.filter((segment) => segment.end === 0);
  for (const segment of empty) {
    files.remove(join(folder, segment.name));
    scan.segments.splice(scan.segments.indexOf(segment), 1);
  }
  if (empty.length > 0) files.syncFolder(folder);
};

/**
 * Syncs the last segment. What was read from it may be in the system's memory only: its writer was
 * killed before a sync, or failed in one. Nothing is built on a record that a power cut can take.
 */
export const syncLast = (
  files: JournalFiles,
  folder: string,
  segments: readonly Segment[],
): void => {
  const last = segments.at(-1);
  if (last === undefined) return;
  const file = files.open(join(folder, last.name), 'r+');
  try {
    files.syncNow(file);
  } finally {
    files.close(file);
  }
  files.syncFolder(folder);
};

/**
 * Removes the oldest segments as long as no live run has records there. Only from the front, so
 * that the record of an archiving never goes before the records it took out; and never the last,
 * which holds the count.
 */
export const removeUnneeded = (files: JournalFiles, folder: string, segments: Segment[]): void => {
  for (let first = segments[0]; segments.length > 1 && first?.live === 0; first = segments[0]) {
    files.remove(join(folder, first.name));
    segments.shift();
  }
};

/** Removes what a crash left of making a base: halves, and files that a base stands for. */
export const settleBases = (
  files: JournalFiles,
  folder: string,
  covered: readonly string[],
): void => {
  for (const name of files.list(folder)) {
    if (name.startsWith('base-') && name.endsWith('.tmp')) files.remove(join(folder, name));
  }
  for (const name of covered) files.remove(join(folder, name));
  if (covered.length > 0) files.syncFolder(folder);
};

const cut = (files: JournalFiles, folder: string, leftover: Leftover): JournalProblem => {
  const { type, segment, offset, what } = leftover;
  const path = join(folder, segment.name);
  const bytes = (files.read(path)?.length ?? offset) - offset;
  const copy = keepCopy(files, folder, segment.name, offset);
  cutFile(files, path, offset);
  const message = `${path}, byte ${offset}: ${what}; ${bytes} bytes were cut from its end and are kept in ${copy}`;
  return { type, message, file: path, offset, bytes, copy };
};

/** Copies a file from `offset` on into `damaged/`, once per content. */
export const keepCopy = (
  files: JournalFiles,
  folder: string,
  name: string,
  offset: number,
): string => {
  const bytes = (files.read(join(folder, name)) ?? Buffer.alloc(0)).subarray(offset);
  const damaged = join(folder, 'damaged');
  files.makeFolder(damaged);
  const copy = join(damaged, `${name}.${offset}.${crc32c(bytes).toString(16)}`);
  const file = files.open(copy, 'w');
  try {
    writeFully(files, file, bytes);
    files.syncNow(file);
  } finally {
    files.close(file);
  }
  files.syncFolder(damaged);
  return copy;
};
