/** The archive's index as it lies on disk: its file, and the parts that say what is in it. */
import { join } from 'node:path';
import type { IndexSource } from './archive-index.ts';
import type { Closing } from './closing.ts';
import { linesIn } from './index-lines.ts';
import { openExisting } from './journal-files.ts';
import type { JournalFiles } from './journal-files.ts';
import { openParts } from './parts-file.ts';
import type { PartsFile } from './parts-file.ts';

/** Names in the archive folder. */
export const INDEX = 'index.jsonl';
export const PARTS = 'parts.jsonl';

/** A source that is read as far as somebody asks. */
export const sourceIn = (
  files: JournalFiles,
  folder: string,
  from: {
    readonly parts: () => PartsFile;
    readonly tail: () => readonly Closing[];
    readonly mayHold: (name: string) => boolean;
    /** A part's lines are not all there. */
    readonly onDamaged: () => void;
  },
): IndexSource => {
  const path = join(folder, INDEX);
  return {
    tail: from.tail,
    mayHold: from.mayHold,
    parts: () => from.parts().backwards(),
    lines(begin, end, part) {
      const { lines } = linesIn(files, path, begin, end);
      if (part !== null && lines.length < part.lines) from.onDamaged();
      return lines.map(({ closing }) => closing);
    },
    text(begin, end) {
      const file = openExisting(files, path);
      if (file === null) return '';
      try {
        return files.readPart(file, begin, end - begin).toString('latin1');
      } finally {
        files.close(file);
      }
    },
  };
};

/** The source for those who only look. Nothing is read before somebody asks; damage is passed over. */
export const readIndex = (files: JournalFiles, folder: string): IndexSource => {
  let parts: PartsFile | null = null;
  let tail: readonly Closing[] | null = null;
  const known = (): PartsFile =>
    (parts ??= openParts(files, join(folder, PARTS), sizeOf(files, join(folder, INDEX))));
  return sourceIn(files, folder, {
    parts: known,
    tail: () =>
      (tail ??= linesIn(files, join(folder, INDEX), known().newest()?.to ?? 0).lines.map(
        ({ closing }) => closing,
      )),
    mayHold: () => true,
    onDamaged: () => undefined,
  });
};

/** Bytes of a file, 0 when there is none. */
export const sizeOf = (files: JournalFiles, path: string): number => {
  const file = openExisting(files, path);
  if (file === null) return 0;
  try {
    return files.sizeOf(file);
  } finally {
    files.close(file);
  }
};
