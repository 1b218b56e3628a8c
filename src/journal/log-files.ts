/**
 * The files of `workflow.execution.log`: the one that is written to, and the older ones beside it
 * (`.1` is the newest of them).
 *
 * Owns where the last line stands, across them all, and when the next file is begun. Invariant: a
 * kill at any moment loses no line but those of the oldest file, and the last line is found again.
 */
import type { HostFiles } from '../lib/host/host.ts';
import { writeFully } from '../lib/host/write-fully.ts';

/** Which event a line is of. */
export interface LinePlace {
  readonly seq: number;
  readonly index: number;
}

/** How large the files of the log get and how many there are. */
export interface LogLimits {
  /** Bytes after which the next file is begun. */
  readonly bytes: number;
  /** Older files that are kept; at least one, for the last line must be found in it. */
  readonly kept: number;
}

/** The log, opened for appending. */
export interface LogFiles {
  /** Place of the last whole line; `seq` 0 when there is none. */
  last(): LinePlace;
  /** Adds lines that end with a newline. @throws the error of writing; then `close` and open anew. */
  append(text: string, last: LinePlace): void;
  close(): void;
}

/**
 * Opens the log at `path` and cuts a line that was left half-written.
 * @param onError told when the next file could not be begun; the one of now is used on
 */
export const openLogFiles = (
  files: HostFiles,
  path: string,
  limits: LogLimits,
  onError: (error: unknown) => void,
): LogFiles => {
  let { handle, size, last } = openAtEnd(files, path);
  for (let at = 1; last === null && at <= limits.kept; at += 1) last = lastLineOf(files, path, at);
  let full = limits.bytes;

  const beginNext = (): void => {
    try {
      // A power cut must not take lines before those of the next file.
      files.syncNow(handle);
      let free = 1;
      while (free < limits.kept && files.stat(older(path, free)) !== null) free += 1;
      for (let at = free; at > 0; at -= 1) files.rename(older(path, at - 1), older(path, at));
      const next = files.open(path, 'a');
      files.close(handle);
      handle = next;
      size = files.sizeOf(handle);
      full = limits.bytes;
    } catch (error) {
      // Not at every line from now on.
      full = size + limits.bytes;
      onError(error);
    }
  };

  return {
    last: () => last ?? { seq: 0, index: -1 },
    append(text, end) {
      if (size >= full) beginNext();
      const bytes = Buffer.from(text);
      writeFully(files, handle, bytes);
      size += bytes.length;
      last = end;
    },
    close: () => files.close(handle),
  };
};

/** The log's own path for 0. */
const older = (path: string, at: number): string => (at === 0 ? path : `${path}.${at}`);

/** Bytes of a file's end in which its last whole line is looked for. */
const TAIL = 256 * 1024;

const openAtEnd = (
  files: HostFiles,
  path: string,
): { handle: number; size: number; last: LinePlace | null } => {
  const handle = files.open(path, 'a');
  try {
    const size = files.sizeOf(handle);
    const { last, end } = endOf(files, path, size);
    if (end < size) files.truncate(handle, end);
    return { handle, size: end, last };
  } catch (error) {
    files.close(handle);
    throw error;
  }
};

const lastLineOf = (files: HostFiles, path: string, at: number): LinePlace | null => {
  const facts = files.stat(older(path, at));
  return facts === null ? null : endOf(files, older(path, at), facts.size).last;
};

/** The last whole line of a file and where it ends. */
const endOf = (
  files: HostFiles,
  path: string,
  size: number,
): { readonly last: LinePlace | null; readonly end: number } => {
  const start = Math.max(0, size - TAIL);
  const handle = files.open(path, 'r');
  try {
    const bytes = files.readPart(handle, start, size - start);
    const whole = bytes.lastIndexOf(0x0a) + 1;
    const found = [...bytes.toString('utf8', 0, whole).matchAll(/^\S+ \S+ #(\d+)\.(\d+) /gm)];
    const place = found.at(-1);
    const last = place === undefined ? null : { seq: Number(place[1]), index: Number(place[2]) };
    return { last, end: start + whole };
  } finally {
    files.close(handle);
  }
};
