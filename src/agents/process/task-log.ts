/** What a worker says beside its lines: passed on within limits, and its end kept for failures. */
import type { AgentContext } from '../agent.ts';

/** The log of one worker, begun anew with each task. */
export interface TaskLog {
  begin(): void;
  /** Keeps a line for {@link TaskLog.lastLines}. */
  add(line: string): void;
  /** Passes a line on; a task that says too much is cut short with a note. */
  tell(
    level: 'debug' | 'info' | 'warn' | 'error',
    message: string,
    context: Pick<AgentContext, 'log'>,
  ): void;
  /** The last few lines since the task began, oldest first. */
  lastLines(): readonly string[];
}

/** Creates an empty log. */
export const createTaskLog = (): TaskLog => {
  let kept: string[] = [];
  let told = 0;
  return {
    begin() {
      kept = [];
      told = 0;
    },
    add(line) {
      kept.push(short(line, KEPT_LENGTH));
      if (kept.length > KEPT_LINES) kept.shift();
    },
    tell(level, message, context) {
      told += 1;
      if (told < MOST_LINES) context.log(level, short(message, LONGEST_LINE));
      if (told === MOST_LINES) {
        context.log('warn', `the task says more than ${MOST_LINES} lines; the rest is left out`);
      }
    },
    lastLines: () => kept,
  };
};

const KEPT_LINES = 10;
const KEPT_LENGTH = 500;
const MOST_LINES = 1_000;
const LONGEST_LINE = 8 * 1024;

const short = (text: string, length: number): string =>
  text.length > length ? `${text.slice(0, length)}…` : text;
