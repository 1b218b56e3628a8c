/** Lines of the archive's index, as they stand in a stretch of its file. */
import { parseClosing } from './closing.ts';
import type { Closing } from './closing.ts';
import { goodFramesAfter, readFileFrames } from './frame.ts';
import type { Frame } from './frame.ts';
import { openExisting } from './journal-files.ts';
import type { JournalFiles } from './journal-files.ts';

/** One line. */
export interface IndexLine {
  readonly closing: Closing;
  /** Byte after it. */
  readonly end: number;
}

/** What a stretch of the index holds. */
export interface Stretch {
  readonly lines: readonly IndexLine[];
  /** Whether there is nothing in it but good lines. */
  readonly whole: boolean;
}

/** The good lines from byte `from` to `to` of the index at `path`, or to its end. */
export const linesIn = (
  files: Pick<JournalFiles, 'open' | 'sizeOf' | 'readPart' | 'close'>,
  path: string,
  from: number,
  to?: number,
): Stretch => {
  const file = openExisting(files, path);
  if (file === null) return { lines: [], whole: from === 0 };
  try {
    const end = to ?? files.sizeOf(file);
    const lines: IndexLine[] = [];
    let whole = end >= from;
    const take = (frame: Frame & { readonly ok: true }): void => {
      const closing = parseClosing(frame.json);
      if (closing === null) whole = false;
      else lines.push({ closing, end: frame.end });
    };
    for (const frame of readFileFrames(files, file, from, end)) {
      if (frame.ok) take(frame);
      else {
        whole = false;
        const rest = files.readPart(file, frame.offset, end - frame.offset);
        for (const later of goodFramesAfter(rest, 0)) {
          take({ ...later, end: frame.offset + later.end });
        }
      }
    }
    return { lines, whole };
  } finally {
    files.close(file);
  }
};
