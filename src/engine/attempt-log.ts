/**
 * What an agent said during an attempt, as far as it is kept: the end of it, warnings and errors
 * before everything else. The limits hold wherever a log passes, so that no agent, however chatty,
 * makes a journal, a card or a message too large. Kept text is plain: nothing in it moves a cursor.
 */
import { cut } from '../lib/cut.ts';
import { plainText } from '../lib/display-text.ts';
import type { AttemptLog, LogLine } from './answers.ts';

export interface LogLimits {
  readonly lines: number;
  /** UTF-16 units of all messages together. */
  readonly characters: number;
  /** UTF-16 units of one message; longer ones end in an ellipsis. */
  readonly line: number;
}

/** What an answer carries and the journal keeps. */
export const JOURNALED: LogLimits = { lines: 50, characters: 8 * 1024, line: 1_000 };

/** What a run's state, and so its view, has of an attempt: a run may have thousands of them. */
export const IN_VIEW: LogLimits = { lines: 10, characters: 2_000, line: 400 };

/** A log that takes lines as they come. */
export interface LogTail {
  add(line: LogLine): void;
  /** Counts lines that were left out before they came here. */
  leaveOut(lines: number): void;
  /** What is kept so far, or null when nothing was said. */
  log(): AttemptLog | null;
}

/** Creates an empty log. */
export const createLogTail = ({ lines: most, characters, line: longest }: LogLimits): LogTail => {
  const lines: LogLine[] = [];
  let dropped = 0;
  let size = 0;

  const isOver = (): boolean => lines.length > most || size > characters;

  /** The oldest of the least important lines goes. */
  const drop = (): void => {
    const least = Math.min(...lines.map(({ level }) => RANK[level]));
    const [gone] = lines.splice(
      lines.findIndex(({ level }) => RANK[level] === least),
      1,
    );
    size -= gone?.message.length ?? 0;
    dropped += 1;
  };

  return {
    add({ level, message, at }) {
      const plain = cut(plainText(message, { newlines: true }).trimEnd(), longest);
      if (plain === '') return;
      lines.push({ level, message: plain, at });
      size += plain.length;
      while (isOver()) drop();
    },
    leaveOut(count) {
      dropped += count;
    },
    log: () => (lines.length === 0 && dropped === 0 ? null : { lines: [...lines], dropped }),
  };
};

/** The logs one after the other as one, within `limits`; null when there is nothing in them. */
export const joinLogs = (
  logs: readonly (AttemptLog | null | undefined)[],
  limits: LogLimits,
): AttemptLog | null => {
  const tail = createLogTail(limits);
  for (const log of logs) {
    for (const line of log?.lines ?? []) tail.add(line);
    tail.leaveOut(log?.dropped ?? 0);
  }
  return tail.log();
};

const RANK = { debug: 0, info: 1, warn: 2, error: 3 } as const satisfies Record<
  LogLine['level'],
  number
>;
