/** Words that commands and events share about what agents answer. */

/** A failure as an agent, a limit or the engine reports it. */
export interface TaskError {
  readonly type: string;
  readonly message: string;
  /** null: the retry policy decides by type. */
  readonly retryable: boolean | null;
  /** Lower bound in ms for the next attempt's delay, or null. */
  readonly retryAfter: number | null;
}

/** One line that an agent said beside its output. */
export interface LogLine {
  readonly level: 'debug' | 'info' | 'warn' | 'error';
  readonly message: string;
  /** ms since the epoch; null when the agent did not say. */
  readonly at: number | null;
}

/** The kept lines of an attempt, oldest first, and how many more there were. */
export interface AttemptLog {
  readonly lines: readonly LogLine[];
  readonly dropped: number;
}

export type IgnoreCause = 'late' | 'duplicate' | 'foreign' | 'stale' | 'unreadable';
