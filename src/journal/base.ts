/**
 * A base: one file in the place of the journal's oldest segments, with the lines that live runs
 * still need and no others. Lines are kept as they were written, so a run's history, its hashes
 * and what any later version folds from them stay what they are.
 *
 * Its first line says up to which record it stands for, under which epoch it was made and how many
 * lines follow. It is written aside, synced and renamed before the segments it replaces are
 * removed: a crash in between leaves segments that the base covers, and opening removes those.
 */
import { join } from 'node:path';
import { isJsonObject, parsedJson } from '../lib/json.ts';
import { encodeFrame } from './frame.ts';
import { writeFully } from './journal-files.ts';
import type { JournalFiles } from './journal-files.ts';
import { emptySegment } from './run-index.ts';
import type { Place, Segment } from './run-index.ts';

/** A base's first line. */
export interface BaseHead {
  /** It stands for the records 1 to `to`. */
  readonly to: number;
  /** Highest epoch of those records. */
  readonly epoch: number;
  readonly records: number;
}

/** Name under which it is made: an engine that lost its lock must never publish another's half. */
const unfinished = (head: BaseHead): string => `${baseName(head.to)}.${head.epoch}.tmp`;

/** Name of the base that stands for everything up to record `to`. */
export const baseName = (to: number): string => `base-${String(to).padStart(16, '0')}.jsonl`;

/** Up to which record a file stands, by its name; null when it is no base. */
export const baseOf = (name: string): number | null => {
  const to = /^base-(\d{16})\.jsonl$/.exec(name)?.[1];
  return to === undefined ? null : Number(to);
};

/** Reads a base's first line; null when it is none. */
export const parseBaseHead = (json: string): BaseHead | null => {
  const value = parsedJson(json);
  if (!isJsonObject(value)) return null;
  const { base, to, epoch, records } = value;
  return base === 1 &&
    typeof to === 'number' &&
    typeof epoch === 'number' &&
    typeof records === 'number'
    ? { to, epoch, records }
    : null;
};

/** A base that is on disk, but not yet in its place. */
export interface WrittenBase {
  readonly segment: Segment;
  readonly aside: string;
  readonly moved: ReadonlyMap<Place, Place>;
}

/** Bytes copied before others get a turn. */
const CHUNK = 256 * 1024;

/**
 * Writes and syncs the base `head` with the lines at `places`, which are in order of their records,
 * under the name `aside`. Returns where each line lies in it.
 */
export const writeBase = async (
  files: JournalFiles,
  folder: string,
  head: BaseHead,
  places: readonly Place[],
): Promise<WrittenBase> => {
  const segment = emptySegment(baseName(head.to), 0);
  const moved = new Map<Place, Place>();
  const aside = unfinished(head);
  const target = files.open(join(folder, aside), 'w');
  const lines: Uint8Array[] = [];
  try {
    const first = encodeFrame(JSON.stringify({ base: 1, ...head }));
    writeFully(files, target, first);
    segment.end = first.length;
    for (const { from, offset, length, wanted } of windows(places)) {
      const bytes = readAt(files, join(folder, from.name), offset, length);
      for (const place of wanted) {
        const at = place.offset - offset;
        moved.set(place, { segment, offset: segment.end, length: place.length });
        lines.push(bytes.subarray(at, at + place.length));
        segment.end += place.length;
      }
      writeFully(files, target, Buffer.concat(lines.splice(0)));
      await new Promise(setImmediate);
    }
    await files.sync(target);
  } finally {
    files.close(target);
  }
  segment.records = moved.size;
  segment.live = moved.size;
  return { segment, aside, moved };
};

const readAt = (files: JournalFiles, path: string, offset: number, length: number): Buffer => {
  const file = files.open(path, 'r');
  try {
    const bytes = files.readPart(file, offset, length);
    if (bytes.length < length) throw new Error(`${path} is shorter than it was`);
    return bytes;
  } finally {
    files.close(file);
  }
};

/** A stretch of one file, and the lines wanted from it. */
interface Window {
  readonly from: Segment;
  readonly offset: number;
  readonly length: number;
  readonly wanted: readonly Place[];
}

function* windows(places: readonly Place[]): Generator<Window> {
  let wanted: Place[] = [];
  const taken = (): Window | null => {
    const [first, last] = [wanted[0], wanted.at(-1)];
    if (first === undefined || last === undefined) return null;
    const length = last.offset + last.length - first.offset;
    return { from: first.segment, offset: first.offset, length, wanted };
  };
  for (const place of places) {
    const window = taken();
    const fits = window === null || place.segment === window.from;
    if (window !== null && (!fits || place.offset + place.length - window.offset > CHUNK)) {
      yield window;
      wanted = [];
    }
    wanted.push(place);
  }
  const window = taken();
  if (window !== null) yield window;
}
