/**
 * Finished runs on disk: `archive/<run>.jsonl` holds a run's lines as the journal had them and a
 * closing line, of which the archive's index has a copy.
 *
 * Owns the runs' files; which runs count as archived is the journal's to say. A file or an index
 * line of a run that is live there is what a crash in mid-archiving, or a restore, leaves: it is
 * not shown, and the next archiving of that run replaces it.
 */
import { join } from 'node:path';
import { decodeFrame, encodeFrame, readFrames } from './frame.ts';
import { parseClosing } from './closing.ts';
import type { Closing } from './closing.ts';
import { openExisting } from './journal-files.ts';
import { INDEX, PARTS } from './index-source.ts';
import { writeFully } from './journal-files.ts';
import type { JournalFiles } from './journal-files.ts';
import { RunDamagedError, RunNameError } from './problems.ts';

/** The runs' files. */
export interface Archive {
  has(run: string): boolean;
  /** The closing line of a run's file, from its end; null when there is none that can be read. */
  closing(run: string): Closing | null;
  /** The run's lines without the closing one; none when there is no file. @throws RunDamagedError */
  lines(run: string): readonly string[];
  /** Writes and syncs a run's file. Its name is durable after the folder is synced. */
  store(closing: Closing, lines: readonly string[]): Promise<void>;
  /** Closing lines of files of runs that are not `known`; removes what crashes left unfinished. */
  missing(isKnown: (run: string) => boolean): readonly Closing[];
}

/** Name of the run's file in the archive folder. @throws RunNameError */
export const archiveName = (run: string): string => {
  if (!isFileName(run)) throw new RunNameError(run);
  return `${run}.jsonl`;
};

const isFileName = (run: string): boolean =>
  /^[A-Za-z0-9][A-Za-z0-9._-]{0,127}$/.test(run) && !TAKEN.has(`${run}.jsonl`);

const TAKEN: ReadonlySet<string> = new Set([INDEX, PARTS]);

/** Opens the archive in `folder`; nothing is written before {@link Archive.store} or `missing`. */
export const openArchive = (files: JournalFiles, folder: string): Archive => {
  const closing = (run: string): Closing | null => {
    const file = isFileName(run) ? openExisting(files, join(folder, archiveName(run))) : null;
    if (file === null) return null;
    try {
      const found = lastLine(files, file);
      return found?.archived.run === run ? found : null;
    } finally {
      files.close(file);
    }
  };
  return {
    has: (run) => isFileName(run) && files.stat(join(folder, archiveName(run))) !== null,
    closing,
    lines(run) {
      const bytes = files.read(join(folder, archiveName(run)));
      if (bytes === null) return [];
      const lines = [...readFrames(bytes)].map((frame) => {
        if (frame.ok) return frame.json;
        throw new RunDamagedError(run, `archive/${run}.jsonl, byte ${frame.offset}: ${frame.what}`);
      });
      return lines.slice(0, -1);
    },
    async store(last, lines) {
      files.makeFolder(folder);
      const path = join(folder, archiveName(last.archived.run));
      const frames = [...lines, JSON.stringify(last)].map((line) => encodeFrame(line));
      const file = files.open(`${path}.tmp`, 'w');
      try {
        writeFully(files, file, Buffer.concat(frames));
        await files.sync(file);
      } finally {
        files.close(file);
      }
      files.rename(`${path}.tmp`, path);
    },
    missing(isKnown) {
      const found: Closing[] = [];
      for (const name of files.list(folder)) {
        if (name.endsWith('.tmp')) files.remove(join(folder, name));
        if (!name.endsWith('.jsonl') || TAKEN.has(name)) continue;
        const run = name.slice(0, -'.jsonl'.length);
        const last = isKnown(run) ? null : closing(run);
        if (last !== null) found.push(last);
      }
      return found;
    },
  };
};

/** The closing line at a file's end, or null. */
const lastLine = (files: JournalFiles, file: number): Closing | null => {
  const size = files.sizeOf(file);
  for (let length = PIECE; ; length *= 8) {
    const from = Math.max(0, size - length);
    const bytes = files.readPart(file, from, size - from);
    const start = bytes.length < 2 ? -1 : bytes.lastIndexOf(NEWLINE, bytes.length - 2);
    if (start < 0 && from > 0) continue;
    const frame = decodeFrame(bytes, start + 1);
    return frame.ok && frame.end === bytes.length ? parseClosing(frame.json) : null;
  }
};

/** Bytes looked at first. */
const PIECE = 4 * 1024;
const NEWLINE = 0x0a;
