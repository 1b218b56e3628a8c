/**
 * One run's records among those of all others: what an agent's receipt needs, while the engine
 * writes on. Only its own lines are decoded, and files are read from their end until the run's
 * first record is met, so the cost follows the run's age and not the journal's length.
 *
 * Boundary: says nothing about the rest of the journal. The run's own continuity (versions, hashes)
 * is checked as everywhere.
 */
import { join } from 'node:path';
import { decodeFrame } from './frame.ts';
import type { JournalFiles } from './journal-files.ts';
import { parseHeader } from './record.ts';
import type { RecordHeader } from './record.ts';
import { createRunIndex } from './run-index.ts';
import type { Place, Segment } from './run-index.ts';
import { HEADLESS, listFiles } from './scan.ts';
import type { Scan } from './scan.ts';

/**
 * An index that knows one run, or none when it is not live.
 * @throws Error when a file goes between listing and reading: look again.
 */
export const findRun = (
  files: Pick<JournalFiles, 'list' | 'open' | 'sizeOf' | 'readPart' | 'close'>,
  folder: string,
  run: string,
): Pick<Scan, 'index' | 'segments'> => {
  const { base, segments: after } = listFiles(files, folder);
  const segments = base === null ? after : [base, ...after];
  const found: Line[] = [];
  for (const [position, segment] of [...segments.entries()].reverse()) {
    // Beyond the next segment's first record stands what an engine wrote that had lost its lock.
    const end = segments[position + 1]?.firstSeq ?? Infinity;
    const lines = linesFromEnd(files, folder, segment, run).filter(
      ({ header }) => header.seq < end,
    );
    found.unshift(...lines);
    if (lines.some(({ header }) => isFirst(header))) break;
  }
  const index = createRunIndex();
  for (const { header, place } of found) index.apply(header, place);
  const live = index.runs.get(run);
  if (live?.headless === true) live.broken ??= HEADLESS;
  return { index, segments };
};

interface Line {
  readonly header: RecordHeader;
  readonly place: Place;
}

/**
 * The run's lines at a file's end, from its first record on if that is in it.
 * @throws ENOENT when the file went: compacted since it was listed, what it held is in the base now.
 */
const linesFromEnd = (
  files: Pick<JournalFiles, 'open' | 'sizeOf' | 'readPart' | 'close'>,
  folder: string,
  segment: Segment,
  run: string,
): readonly Line[] => {
  const file = files.open(join(folder, segment.name), 'r');
  try {
    const size = files.sizeOf(file);
    for (let length = PIECE; ; length *= GROWTH) {
      const from = Math.max(0, size - length);
      const lines = linesOf(files.readPart(file, from, size - from), from, run, segment);
      if (from === 0 || lines.some(({ header }) => isFirst(header))) return lines;
    }
  } finally {
    files.close(file);
  }
};

/** Bytes looked at first: a short run's records are among the last ones written. */
const PIECE = 128 * 1024;
const GROWTH = 8;

/**
 * The run's good lines in a file's bytes from `start` on; a bad one, or one that begins before
 * them, shows as a gap in what it belongs to.
 */
const linesOf = (bytes: Buffer, start: number, run: string, segment: Segment): readonly Line[] => {
  const named = `"run":${JSON.stringify(run)},"version":`;
  const lines: Line[] = [];
  let from = 0;
  for (let at = bytes.indexOf(named); at !== -1; at = bytes.indexOf(named, from)) {
    from = at + named.length;
    const offset = bytes.lastIndexOf(NEWLINE, at) + 1;
    const frame = decodeFrame(bytes, offset);
    if (!frame.ok) continue;
    from = frame.end;
    const header = parseHeader(frame.json);
    if (header?.run !== run) continue;
    lines.push({ header, place: { segment, offset: start + offset, length: frame.end - offset } });
  }
  return lines;
};

const isFirst = ({ control, version }: RecordHeader): boolean =>
  control === 'restored' || (control === null && version === 1);

const NEWLINE = 0x0a;
