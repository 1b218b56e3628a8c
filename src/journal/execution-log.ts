/**
 * `workflow.execution.log`: one line per event, for people and `grep`.
 *
 * A projection, like the state file: appended in batches behind the events, never awaited by a run.
 * Each line carries its event's place in the journal, so that lines handed over again after a
 * restart, or after a failed write, are not written twice.
 */
import { plainText } from '../lib/display-text.ts';
import type { HostFiles } from '../lib/host/host.ts';
import { systemFiles } from '../lib/host/system-files.ts';
import { writeFully } from '../lib/host/write-fully.ts';
import { isoTime, siriusTime } from '../lib/sirius.ts';

/** One event's line; `seq` and `index` say which event, `at` is in ms since the epoch. */
export interface ExecutionLine {
  readonly seq: number;
  readonly index: number;
  readonly at: number;
  readonly text: string;
}

/** The log. */
export interface ExecutionLog {
  /** `seq` of the last whole line: 0 for an empty log, Infinity for one that cannot be read now. */
  last(): number;
  /** Takes lines in order of `seq` and `index`; returns at once. */
  append(lines: readonly ExecutionLine[]): void;
  /** Resolves when what was taken is written, or has failed and been reported. */
  flush(): Promise<void>;
  close(): Promise<void>;
}

/** Lines that wait while the file cannot be written; beyond this the oldest are let go. */
const MOST_WAITING = 100_000;

/** Opens the log at `path` with its first line. */
export const createExecutionLog = (options: {
  readonly path: string;
  readonly onError?: (error: unknown) => void;
  readonly files?: HostFiles;
}): ExecutionLog => {
  const { files = systemFiles } = options;
  const onError = options.onError ?? (() => undefined);
  let waiting: ExecutionLine[] = [];
  let file: OpenLog | null = null;
  let writing: Promise<void> | null = null;

  const closeLog = (): void => {
    if (file !== null) files.close(file.handle);
    file = null;
  };

  const drain = async (): Promise<void> => {
    while (waiting.length > 0) {
      const batch = waiting;
      waiting = [];
      try {
        file ??= openAtEnd(files, options.path);
        const { last } = file;
        const fresh = batch.filter((line) => isAfter(line, last));
        const end = fresh.at(-1);
        if (end === undefined) continue;
        writeFully(files, file.handle, Buffer.from(fresh.map(lineOf).join('')));
        file.last = end;
      } catch (error) {
        // The file is opened anew, so that whatever part was written is seen.
        closeLog();
        waiting = [...batch, ...waiting].slice(-MOST_WAITING);
        onError(error);
        return;
      }
    }
  };

  const flush = (): Promise<void> =>
    (writing ??= drain().finally(() => {
      writing = null;
    }));

  return {
    last() {
      try {
        file ??= openAtEnd(files, options.path);
        return file.last.seq;
      } catch (error) {
        onError(error);
        return Number.POSITIVE_INFINITY;
      }
    },
    append(lines) {
      waiting.push(...lines);
      void flush();
    },
    async flush() {
      await writing;
      await flush();
    },
    async close() {
      await writing;
      await flush();
      closeLog();
    },
  };
};

type Position = Pick<ExecutionLine, 'seq' | 'index'>;

const isAfter = (line: Position, last: Position): boolean =>
  line.seq > last.seq || (line.seq === last.seq && line.index > last.index);

const lineOf = ({ seq, index, at, text }: ExecutionLine): string =>
  `${siriusTime(at)} ${isoTime(at)} #${seq}.${index} ${plainText(text)}\n`;

/** Bytes of the log's end in which its last whole line is looked for. */
const TAIL = 256 * 1024;

/** The log's file and the last whole line in it. */
interface OpenLog {
  readonly handle: number;
  last: Position;
}

/** Opens the log for appending, cuts a line that was left half-written and finds the last one's place. */
const openAtEnd = (files: HostFiles, path: string): OpenLog => {
  const handle = files.open(path, 'a');
  try {
    const size = files.sizeOf(handle);
    const start = Math.max(0, size - TAIL);
    const bytes = readEnd(files, path, start, size - start);
    const whole = bytes.lastIndexOf(0x0a) + 1;
    if (start + whole < size) files.truncate(handle, start + whole);
    const places = [...bytes.toString('utf8', 0, whole).matchAll(/^\S+ \S+ #(\d+)\.(\d+) /gm)];
    const last = places.at(-1);
    return { handle, last: { seq: Number(last?.[1] ?? 0), index: Number(last?.[2] ?? -1) } };
  } catch (error) {
    files.close(handle);
    throw error;
  }
};

const readEnd = (files: HostFiles, path: string, start: number, length: number): Buffer => {
  const handle = files.open(path, 'r');
  try {
    return files.readPart(handle, start, length);
  } finally {
    files.close(handle);
  }
};
