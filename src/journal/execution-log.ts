/**
 * `workflow.execution.log`: one line per event, for people and `grep`.
 *
 * A projection, like the state file: appended in batches behind the events, never awaited by a run.
 * Each line carries its event's place in the journal, so that lines handed over again after a
 * restart, or after a failed write, are not written twice. The files it lies in are `log-files.ts`'s.
 */
import { plainText } from '../lib/display-text.ts';
import type { HostFiles } from '../lib/host/host.ts';
import { systemFiles } from '../lib/host/system-files.ts';
import { isoTime, siriusTime } from '../lib/sirius.ts';
import { openLogFiles } from './log-files.ts';
import type { LinePlace, LogFiles, LogLimits } from './log-files.ts';

/** One event's line; `seq` and `index` say which event, `at` is in ms since the epoch. */
export interface ExecutionLine extends LinePlace {
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

/** About a million lines in all. */
const DEFAULT_LIMITS: LogLimits = { bytes: 32 * 1024 * 1024, kept: 5 };

/** What {@link createExecutionLog} needs. */
export interface ExecutionLogOptions {
  readonly path: string;
  readonly files?: HostFiles;
  readonly limits?: LogLimits;
  /** Told when lines could not be written; they are tried again with the next ones. */
  readonly onError?: (error: unknown) => void;
  readonly onWritten?: () => void;
}

/** Opens the log at `path` with its first line. */
export const createExecutionLog = (options: ExecutionLogOptions): ExecutionLog => {
  const { files = systemFiles, limits = DEFAULT_LIMITS } = options;
  const { onError = () => undefined, onWritten = () => undefined } = options;
  let waiting: ExecutionLine[] = [];
  let log: LogFiles | null = null;
  let writing: Promise<void> | null = null;

  const openLog = (): LogFiles => (log ??= openLogFiles(files, options.path, limits, onError));

  const closeLog = (): void => {
    log?.close();
    log = null;
  };

  const drain = (): void => {
    const batch = waiting;
    waiting = [];
    if (batch.length === 0) return;
    try {
      const open = openLog();
      let last = open.last();
      const fresh = batch.filter((line) => {
        const follows = isAfter(line, last);
        if (follows) last = line;
        return follows;
      });
      if (fresh.length === 0) return;
      open.append(fresh.map(lineOf).join(''), last);
      onWritten();
    } catch (error) {
      // The file is opened anew, so that whatever part was written is seen.
      closeLog();
      waiting = [...batch, ...waiting].slice(-MOST_WAITING);
      onError(error);
    }
  };

  /** Behind what happens now. Lines taken from then on are the next turn's. */
  const flush = (): Promise<void> =>
    (writing ??= Promise.resolve().then(() => {
      writing = null;
      drain();
    }));

  return {
    last() {
      try {
        return openLog().last().seq;
      } catch (error) {
        onError(error);
        return Number.POSITIVE_INFINITY;
      }
    },
    append(lines) {
      waiting.push(...lines);
      void flush();
    },
    flush,
    async close() {
      await flush();
      closeLog();
    },
  };
};

const isAfter = (line: LinePlace, last: LinePlace): boolean =>
  line.seq > last.seq || (line.seq === last.seq && line.index > last.index);

const lineOf = ({ seq, index, at, text }: ExecutionLine): string =>
  `${siriusTime(at)} ${isoTime(at)} #${seq}.${index} ${plainText(text)}\n`;
