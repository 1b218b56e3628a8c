/**
 * The parts of the archive's index, `archive/parts.jsonl`: read from the end and no further than
 * somebody asks. Made from the index and never synced: what does not fit together is passed over
 * from there on, and then the index itself is read.
 */
import { encodeFrame, readFrames } from './frame.ts';
import { openExisting } from './journal-files.ts';
import { parsePart, writePart } from './index-part.ts';
import type { IndexPart } from './index-part.ts';
import { writeFully } from './journal-files.ts';
import type { JournalFiles } from './journal-files.ts';

/** The parts, one after the other without gaps. */
export interface PartsFile {
  /** Newest first, as far back as they fit together. */
  backwards(): Generator<IndexPart>;
  newest(): IndexPart | null;
  /** Writes one that follows the newest. */
  add(part: IndexPart): void;
  /** Whether there is nothing in the file but parts that stand for the index from its first byte on; reads all. */
  isSound(): boolean;
  close(): void;
}

/** Opens the file at `path`; parts that end after byte `size` of the index are not its. */
export const openParts = (files: JournalFiles, path: string, size: number): PartsFile => {
  /** Newest first. */
  const known: IndexPart[] = [];
  const added: IndexPart[] = [];
  /** Bytes of the file not looked at yet; null before the first look. */
  let unread: number | null = null;
  let appending: number | null = null;
  let sound = true;

  /** Reads some earlier ones; false when there are none. */
  const more = (): boolean => {
    if (unread === 0) return false;
    const file = openExisting(files, path);
    if (file === null) return false;
    try {
      const end: number = (unread ??= files.sizeOf(file));
      for (let length = PIECE; ; length *= 2) {
        const from = Math.max(0, end - length);
        const bytes = files.readPart(file, from, end - from);
        const start = from === 0 ? 0 : bytes.indexOf(NEWLINE) + 1;
        if (from > 0 && (start === 0 || start === bytes.length)) continue;
        unread = from + start;
        const lines = [...readFrames(bytes, start)];
        for (const frame of lines.reverse()) {
          const part = frame.ok ? parsePart(frame.json) : null;
          const next = known.at(-1)?.from ?? part?.to;
          if (part !== null && part.to <= size && next === part.to) known.push(part);
          else {
            sound = false;
            // What comes after a bad one may be good; what comes before it does not reach up to that.
            if (known.length > 0) unread = 0;
          }
        }
        return true;
      }
    } finally {
      files.close(file);
    }
  };

  function* backwards(): Generator<IndexPart> {
    yield* [...added].reverse();
    for (let at = 0; ; at += 1) {
      while (at >= known.length) if (!more()) return;
      const part = known[at];
      if (part !== undefined) yield part;
    }
  }

  return {
    backwards,
    newest: () => backwards().next().value ?? null,
    add(part) {
      appending ??= files.open(path, 'a');
      writeFully(files, appending, encodeFrame(writePart(part)));
      added.push(part);
    },
    isSound() {
      while (more());
      return sound && (known.at(-1) ?? added[0])?.from === 0;
    },
    close() {
      if (appending !== null) files.close(appending);
      appending = null;
    },
  };
};

const PIECE = 64 * 1024;
const NEWLINE = 0x0a;
