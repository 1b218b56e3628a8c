/**
 * Finished runs on disk: `archive/<run>.jsonl` holds a run's lines as the journal had them and a
 * closing line; `archive/index.jsonl` lists the closing lines in order of archiving.
 *
 * Owns both kinds of file; which runs count as archived is the journal's to say. A file or an
 * index line of a run that is live there is what a crash in mid-archiving, or a restore, leaves:
 * it is not shown, and the next archiving of that run replaces it.
 */
import { join } from 'node:path';
import { decodeFrame, encodeFrame, goodFramesAfter, readFrames } from './frame.ts';
import { parseClosing } from './closing.ts';
import type { Closing } from './closing.ts';
import { writeFully } from './journal-files.ts';
import type { JournalFiles } from './journal-files.ts';
import { RunDamagedError, RunNameError } from './problems.ts';

/** The archive folder. */
export interface Archive {
  /** Closing lines by run, in order of archiving; runs that are live again included. */
  readonly closings: ReadonlyMap<string, Closing>;
  /** The run's lines without the closing one; none when there is no file. @throws RunDamagedError */
  lines(run: string): readonly string[];
  /** Writes and syncs a run's file. Its name is durable after {@link publish}. */
  store(closing: Closing, lines: readonly string[]): Promise<void>;
  /** Makes stored files and their index lines durable. */
  publish(closings: readonly Closing[]): Promise<void>;
  /**
   * Brings the index in line with the files, for the one engine that may write.
   * Returns whether something had to be mended.
   */
  mend(isLive: (run: string) => boolean): boolean;
  close(): void;
}

/** Name of the index in the archive folder. */
export const INDEX = 'index.jsonl';

/** Name of a run's file in the archive folder. @throws RunNameError */
export const archiveName = (run: string): string => {
  if (!/^[A-Za-z0-9][A-Za-z0-9._-]{0,127}$/.test(run) || run === 'index') {
    throw new RunNameError(run);
  }
  return `${run}.jsonl`;
};

/** Opens the archive in `folder`; nothing is written before {@link Archive.store} or `mend`. */
export const openArchive = (files: JournalFiles, folder: string): Archive => {
  const indexFile = join(folder, INDEX);
  let index: number | null = null;
  /** The index as far as it is known; null until somebody asks. Thousands of lines are read for it. */
  let loaded: { readonly closings: Map<string, Closing>; whole: boolean } | null = null;
  const known = (): NonNullable<typeof loaded> => (loaded ??= loadIndex(files.read(indexFile)));

  /** Replaces the index with what is known. */
  const rewrite = (): void => {
    if (index !== null) files.close(index);
    index = null;
    const file = files.open(`${indexFile}.tmp`, 'w');
    try {
      const text = [...known().closings.values()].map((closing) =>
        encodeFrame(JSON.stringify(closing)),
      );
      writeFully(files, file, Buffer.concat(text));
      files.syncNow(file);
    } finally {
      files.close(file);
    }
    files.rename(`${indexFile}.tmp`, indexFile);
    files.syncFolder(folder);
    known().whole = true;
  };

  const remember = (closing: Closing): void => {
    const { closings } = known();
    closings.delete(closing.archived.run);
    closings.set(closing.archived.run, closing);
  };

  return {
    get closings() {
      return known().closings;
    },
    lines(run) {
      const bytes = files.read(join(folder, archiveName(run)));
      if (bytes === null) return [];
      const lines = [...readFrames(bytes)].map((frame) => {
        if (frame.ok) return frame.json;
        throw new RunDamagedError(run, `archive/${run}.jsonl, byte ${frame.offset}: ${frame.what}`);
      });
      return lines.slice(0, -1);
    },
    async store(closing, lines) {
      files.makeFolder(folder);
      const path = join(folder, archiveName(closing.archived.run));
      const frames = [...lines, JSON.stringify(closing)].map((line) => encodeFrame(line));
      const file = files.open(`${path}.tmp`, 'w');
      try {
        writeFully(files, file, Buffer.concat(frames));
        await files.sync(file);
      } finally {
        files.close(file);
      }
      files.rename(`${path}.tmp`, path);
    },
    async publish(done) {
      files.syncFolder(folder);
      if (!known().whole) rewrite();
      known().whole = false;
      const fresh = index === null;
      index ??= files.open(indexFile, 'a');
      const frames = done.map((closing) => encodeFrame(JSON.stringify(closing)));
      writeFully(files, index, Buffer.concat(frames));
      await files.sync(index);
      if (fresh) files.syncFolder(folder);
      known().whole = true;
      for (const closing of done) remember(closing);
    },
    mend(isLive) {
      const names = files.list(folder);
      const { closings, whole } = known();
      for (const name of names) if (name.endsWith('.tmp')) files.remove(join(folder, name));
      let found = false;
      for (const name of names) {
        const run = name.endsWith('.jsonl') && name !== INDEX ? name.slice(0, -6) : null;
        if (run === null || closings.has(run) || isLive(run)) continue;
        const closing = readClosing(files.read(join(folder, name)));
        if (closing?.archived.run !== run) continue;
        remember(closing);
        found = true;
      }
      if (whole && !found) return false;
      rewrite();
      return true;
    },
    close() {
      if (index !== null) files.close(index);
      index = null;
    },
  };
};

/** The good lines of an index, and whether there are no others. */
const loadIndex = (
  bytes: Buffer | null,
): { readonly closings: Map<string, Closing>; whole: boolean } => {
  const closings = new Map<string, Closing>();
  let whole = true;
  const take = (json: string): void => {
    const closing = parseClosing(json);
    if (closing === null) {
      whole = false;
      return;
    }
    closings.delete(closing.archived.run);
    closings.set(closing.archived.run, closing);
  };
  for (const frame of readFrames(bytes ?? Buffer.alloc(0))) {
    if (frame.ok) {
      take(frame.json);
      continue;
    }
    whole = false;
    for (const later of goodFramesAfter(bytes ?? Buffer.alloc(0), frame.offset)) take(later.json);
  }
  return { closings, whole };
};

/** The closing line of a run's archive file, or null. */
const readClosing = (bytes: Buffer | null): Closing | null => {
  if (bytes === null || bytes.length < 2) return null;
  const start = bytes.lastIndexOf(0x0a, bytes.length - 2) + 1;
  const frame = decodeFrame(bytes, start);
  return frame.ok && frame.end === bytes.length ? parseClosing(frame.json) : null;
};
