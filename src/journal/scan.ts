/**
 * Reads the base, if there is one, and every segment after it from the first byte to the last, and
 * says what is there. Changes nothing.
 *
 * A segment's records end where the next segment begins: whatever lies beyond was written by an
 * engine that had lost its lock. In the last segment a bad record starts the *tail*, which may be
 * cut unless a good record after it proves (by its `synced`) that the bad one had been
 * acknowledged.
 */
import { join } from 'node:path';
import { baseOf, parseBaseHead } from './base.ts';
import type { BaseHead } from './base.ts';
import { goodFramesAfter, readFileFrames } from './frame.ts';
import type { Frame } from './frame.ts';
import { openExisting } from './journal-files.ts';
import type { JournalFiles } from './journal-files.ts';
import { ownText, parseHeader } from './record.ts';
import type { RecordHeader } from './record.ts';
import { createRunIndex, emptySegment } from './run-index.ts';
import type { RunIndex, Segment } from './run-index.ts';

/** Bytes at the end of a segment that do not count. */
export interface Leftover {
  readonly type: 'tail_cut' | 'fenced';
  readonly segment: Segment;
  readonly offset: number;
  readonly what: string;
}

/** What a journal folder holds. */
export interface Scan {
  /** The base first, then what came after it. */
  readonly segments: Segment[];
  /** Names of files the base stands for: what a crash left of making it. */
  readonly covered: readonly string[];
  readonly index: RunIndex;
  readonly leftovers: readonly Leftover[];
  /** Live runs whose first records are gone. */
  readonly headless: readonly string[];
  /** Where reading had to stop although acknowledged records follow, or null. */
  readonly damage: { readonly name: string; readonly offset: number; readonly what: string } | null;
}

/** Files as a scan uses them: they are read in pieces, for a base can be long. */
export type ScanFiles = Pick<JournalFiles, 'list' | 'open' | 'sizeOf' | 'readPart' | 'close'>;

/** Called with each counting line, controls included, and what its run holds against it. */
export type ScanVisitor = (
  header: RecordHeader,
  at: { readonly name: string; readonly offset: number; readonly json: string },
  wrong: string | null,
) => void;

/** Scans `folder` (`.3ox/journal`). */
export const scanJournal = (
  files: ScanFiles,
  folder: string,
  visit: ScanVisitor = () => undefined,
): Scan => {
  const index = createRunIndex();
  const { base, segments: after, covered } = listFiles(files, folder);
  const segments = base === null ? after : [base, ...after];
  const leftovers: Leftover[] = [];
  const until = (name: string, offset: number, what: string): Scan => {
    const damage = { name, offset, what };
    return { segments, covered, index, leftovers, headless: [], damage };
  };
  if (base === null) index.lastSeq = (after[0]?.firstSeq ?? 1) - 1;
  else {
    const bad = readBase(files, folder, { base, index, visit });
    if (bad !== null) return until(base.name, bad.offset, bad.what);
  }
  for (const [position, segment] of after.entries()) {
    const damage = (offset: number, what: string): Scan => until(segment.name, offset, what);
    if (segment.firstSeq !== index.lastSeq + 1) {
      return damage(0, `records ${index.lastSeq + 1} to ${segment.firstSeq - 1} are missing`);
    }
    const next = after[position + 1];
    for (const frame of framesOf(files, join(folder, segment.name))) {
      if (next !== undefined && index.lastSeq === next.firstSeq - 1) {
        const what = 'written after another engine had taken over';
        leftovers.push({ type: 'fenced', segment, offset: frame.offset, what });
        break;
      }
      if (!frame.ok) {
        if (next !== undefined || wasAcknowledged(frame.after(), index.lastSeq + 1)) {
          return damage(frame.offset, frame.what);
        }
        leftovers.push({ type: 'tail_cut', segment, offset: frame.offset, what: frame.what });
        break;
      }
      const header = parseHeader(frame.json);
      if (header === null) return damage(frame.offset, 'this is not a record of this version');
      if (header.seq !== index.lastSeq + 1) {
        return damage(frame.offset, `record ${header.seq} follows record ${index.lastSeq}`);
      }
      const length = frame.end - frame.offset;
      const wrong = index.apply(header, { segment, offset: frame.offset, length });
      segment.end = frame.end;
      visit(header, { name: segment.name, offset: frame.offset, json: frame.json }, wrong);
    }
  }
  // Only now: a run whose archiving comes later in the journal may lack what its archive file has.
  const headless = [...index.runs].flatMap(([run, live]) => {
    live.head = ownText(live.head);
    if (live.headless) live.broken ??= HEADLESS;
    return live.headless ? [run] : [];
  });
  return { segments, covered, index, leftovers, headless, damage: null };
};

/** Takes in a base's lines; returns where it is not what was written, or null. */
const readBase = (
  files: ScanFiles,
  folder: string,
  into: { readonly base: Segment; readonly index: RunIndex; readonly visit: ScanVisitor },
): { readonly offset: number; readonly what: string } | null => {
  const { base, index, visit } = into;
  let head: BaseHead | null = null;
  for (const frame of framesOf(files, join(folder, base.name))) {
    const { offset } = frame;
    if (!frame.ok) return { offset, what: frame.what };
    if (head === null) {
      head = parseBaseHead(frame.json);
      if (head?.to !== baseOf(base.name)) return { offset, what: 'this is not the head of a base' };
    } else {
      const header = parseHeader(frame.json);
      if (header === null) return { offset, what: 'this is not a record of this version' };
      if (header.seq <= index.lastSeq || header.seq > head.to) {
        return { offset, what: `record ${header.seq} follows record ${index.lastSeq}` };
      }
      const length = frame.end - offset;
      const wrong = index.apply(header, { segment: base, offset, length });
      visit(header, { name: base.name, offset, json: frame.json }, wrong);
    }
    base.end = frame.end;
  }
  if (head === null || base.records !== head.records) {
    return { offset: base.end, what: 'the base does not hold all its lines' };
  }
  index.lastSeq = head.to;
  index.epoch = Math.max(index.epoch, head.epoch);
  return null;
};

/**
 * Scans a journal that an engine may be writing to. What looks torn may be half-way written, and
 * what looks missing may be a segment just removed, so both are looked at again.
 */
export const scanQuietly = async (
  files: ScanFiles,
  folder: string,
  visitor: () => ScanVisitor = () => () => undefined,
): Promise<Scan> => {
  for (let tries = 4; ; tries -= 1) {
    const scan = scanJournal(files, folder, visitor());
    if (tries === 0 || (scan.damage === null && scan.leftovers.length === 0)) return scan;
    await new Promise((resolve) => setTimeout(resolve, 20));
  }
};

/** Name of the segment that starts with record `seq`. */
export const segmentName = (seq: number): string =>
  `segment-${String(seq).padStart(16, '0')}.jsonl`;

/** What is wrong with a headless run. */
export const HEADLESS = 'its first records are missing';

const SEGMENT = /^segment-(\d{16})\.jsonl$/;

/** The last base, the segments after it, and the names of what it stands for. */
export const listFiles = (
  files: Pick<JournalFiles, 'list'>,
  folder: string,
): {
  readonly base: Segment | null;
  readonly segments: Segment[];
  readonly covered: readonly string[];
} => {
  const names = files.list(folder);
  const bases = names.flatMap((name) => {
    const to = baseOf(name);
    return to === null ? [] : [{ name, to }];
  });
  const last = bases.at(-1) ?? null;
  const covered = bases.slice(0, -1).map(({ name }) => name);
  const segments: Segment[] = [];
  for (const name of names) {
    const first = SEGMENT.exec(name)?.[1];
    if (first === undefined) continue;
    if (last !== null && Number(first) <= last.to) covered.push(name);
    else segments.push(emptySegment(name, Number(first)));
  }
  return { base: last === null ? null : emptySegment(last.name, 0), segments, covered };
};

/** A frame, and for a bad one the bytes from its beginning to the file's end. */
type FileFrame =
  (Frame & { readonly ok: true }) | (Frame & { readonly ok: false; readonly after: () => Buffer });

/** A file's frames up to the first bad one; none when it went since it was listed. */
function* framesOf(files: ScanFiles, path: string): Generator<FileFrame> {
  const file = openExisting(files, path);
  if (file === null) return;
  try {
    const size = files.sizeOf(file);
    for (const frame of readFileFrames(files, file, 0, size)) {
      const after = (): Buffer => files.readPart(file, frame.offset, size - frame.offset);
      yield frame.ok ? frame : { ...frame, after };
    }
  } finally {
    files.close(file);
  }
}

/** Whether good records after the bad one at the beginning of `bytes` say that it was acknowledged. */
const wasAcknowledged = (bytes: Buffer, seq: number): boolean => {
  for (const frame of goodFramesAfter(bytes, 0)) {
    const header = parseHeader(frame.json);
    if (header === null || header.synced >= seq) return true;
  }
  return false;
};
