/**
 * The archive's index for the one engine that writes it: `archive/index.jsonl` and its parts.
 *
 * The index is the truth and is synced before a run counts as archived; parts are made from it, so
 * many lines at a time, and can be lost. So a start reads the parts and the few lines after them. It reads all
 * of the index, and looks at the runs' files beside it, only where something is not as it was left.
 */
import { join } from 'node:path';
import { linesNamed } from './archive-index.ts';
import type { IndexSource } from './archive-index.ts';
import type { Closing } from './closing.ts';
import { encodeFrame } from './frame.ts';
import { linesIn } from './index-lines.ts';
import type { IndexLine, Stretch } from './index-lines.ts';
import { PART_LINES, nameHash, partOf } from './index-part.ts';
import { INDEX, PARTS, sizeOf, sourceIn } from './index-source.ts';
import { cutFile, writeFully } from './journal-files.ts';
import type { JournalFiles } from './journal-files.ts';
import { createNameFilter } from './name-filter.ts';
import { openParts } from './parts-file.ts';

/** The index, writable. */
export interface IndexWriter extends IndexSource {
  /** How many runs it lists, by status. */
  readonly tally: ReadonlyMap<string, number>;
  /** The line of a run that counts, or null. `handle` is the run's. */
  lineOf(run: string, handle: string): Closing | null;
  /** Makes lines durable. */
  add(closings: readonly Closing[]): Promise<void>;
  close(): void;
}

/** What {@link openIndex} needs. */
export interface IndexOptions {
  readonly files: JournalFiles;
  /** `.3ox/archive`. */
  readonly folder: string;
  /** Lines from the runs' files that `listed` lacks; asked only where the index is not as it was left. */
  readonly missing: (listed: ReadonlySet<string>) => readonly Closing[];
  /** The index had to be made whole. */
  readonly onMended: () => void;
  /** Lines of the index cannot be read: the next start makes it whole. */
  readonly onDamaged: () => void;
  /** Parts cannot be written: looking takes longer, nothing is lost. */
  readonly onError: (error: unknown) => void;
  /** Default {@link PART_LINES}. */
  readonly partLines?: number;
}

/** A line no part stands for yet. */
interface TailLine {
  readonly closing: Closing;
  /** Byte after it. */
  readonly end: number;
  /** The status an earlier line says about the run, or null. */
  readonly earlier: string | null;
}

/** Opens the index; mends it where that is called for. */
export const openIndex = (options: IndexOptions): IndexWriter => {
  const { files, folder, partLines = PART_LINES } = options;
  const path = join(folder, INDEX);
  let parts = openParts(files, join(folder, PARTS), sizeOf(files, path));
  const tail: TailLine[] = [];
  /** Hashes of names in the tail, and maybe of some that a part has by now. */
  const names = new Set<number>();
  const tally = new Map<string, number>();
  let index: number | null = null;
  /** Byte after the last line that is surely on disk, and whether nothing else follows it. */
  let end = 0;
  let whole = true;
  /** Whether parts are made: no more once something is wrong with them. */
  let sealing = true;

  const source = sourceIn(files, folder, {
    parts: () => parts,
    tail: () => tail.map(({ closing }) => closing),
    mayHold(name) {
      const hash = nameHash(name);
      return names.has(hash) || sealed.mayHave(hash);
    },
    onDamaged() {
      if (!sealing) return;
      sealing = false;
      files.remove(join(folder, PARTS));
      options.onDamaged();
    },
  });

  const count = (status: string, by: number): void =>
    void tally.set(status, (tally.get(status) ?? 0) + by);

  const lineOf = (run: string, handle: string): Closing | null => {
    for (const closing of linesNamed(source, 'handles', handle)) {
      if (closing.archived.run === run) return closing;
    }
    return null;
  };

  const take = ({ closing, end: after }: IndexLine): void => {
    const { run, handle, key, status } = closing.archived;
    const earlier = lineOf(run, handle)?.archived.status ?? null;
    if (earlier !== null) count(earlier, -1);
    count(status, 1);
    tail.push({ closing, end: after, earlier });
    names.add(nameHash(handle));
    if (key !== null) names.add(nameHash(key));
    end = after;
    if (sealing && tail.length >= partLines) seal();
  };

  /** Makes a part of the tail. */
  const seal = (): void => {
    const before = parts.newest();
    const part = partOf(
      tail.map(({ closing }) => closing),
      {
        from: before?.to ?? 0,
        to: end,
        before: before === null ? '' : greater(before.before, before.greatest),
        again: tail.flatMap(({ closing, earlier }) =>
          earlier === null ? [] : [[closing.archived.run, earlier] as const],
        ),
      },
    );
    try {
      parts.add(part);
    } catch (error) {
      sealing = false;
      options.onError(error);
      return;
    }
    for (const hash of [...part.handles, ...part.keys]) sealed.add(hash);
    tail.splice(0);
    names.clear();
  };

  const rewrite = (closings: readonly Closing[]): void => {
    const file = files.open(`${path}.tmp`, 'w');
    try {
      const frames = closings.map((closing) => encodeFrame(JSON.stringify(closing)));
      writeFully(files, file, Buffer.concat(frames));
      files.syncNow(file);
    } finally {
      files.close(file);
    }
    files.rename(`${path}.tmp`, path);
    files.syncFolder(folder);
  };

  /** All lines of the index, after it was made whole if it was not. */
  const mended = (found: Stretch): readonly IndexLine[] => {
    const closings = new Map<string, Closing>();
    for (const { closing } of found.lines) {
      closings.delete(closing.archived.run);
      closings.set(closing.archived.run, closing);
    }
    const missing = options.missing(new Set(closings.keys()));
    if (found.whole && missing.length === 0) return found.lines;
    rewrite([...closings.values(), ...missing]);
    options.onMended();
    return linesIn(files, path, 0).lines;
  };

  // 1. Parts that stand for all but the last lines of a whole index, or else none.
  const known = parts.newest();
  let rest = linesIn(files, path, known?.to ?? 0);
  if (!parts.isSound() || !rest.whole) {
    if (files.remove(join(folder, PARTS))) files.syncFolder(folder);
    parts = openParts(files, join(folder, PARTS), 0);
    rest = { lines: mended(known === null ? rest : linesIn(files, path, 0)), whole: true };
  }

  // 2. What they say, and then the lines after them.
  const sound = [...parts.backwards()];
  const sealed = createNameFilter(sound.reduce((sum, { lines }) => sum + lines, rest.lines.length));
  for (const part of sound) {
    for (const hash of [...part.handles, ...part.keys]) sealed.add(hash);
    for (const [status, lines] of Object.entries(part.statuses)) count(status, lines);
    for (const [, status] of part.again) count(status, -1);
  }
  end = sound[0]?.to ?? 0;
  rest.lines.forEach(take);

  return {
    ...source,
    tally,
    lineOf,
    async add(closings) {
      files.syncFolder(folder);
      // What an attempt to write left behind.
      if (!whole) cutFile(files, path, end);
      const fresh = index === null;
      index ??= files.open(path, 'a');
      const frames = closings.map((closing) => encodeFrame(JSON.stringify(closing)));
      whole = false;
      writeFully(files, index, Buffer.concat(frames));
      await files.sync(index);
      if (fresh) files.syncFolder(folder);
      whole = true;
      for (const [at, closing] of closings.entries()) {
        take({ closing, end: end + (frames[at]?.length ?? 0) });
      }
    },
    close() {
      if (index !== null) files.close(index);
      index = null;
      parts.close();
    },
  };
};

const greater = (a: string, b: string): string => (a > b ? a : b);
