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

export type IgnoreCause = 'late' | 'duplicate' | 'foreign' | 'stale' | 'unreadable';
