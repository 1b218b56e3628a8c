/**
 * The queue port between the engine and whoever does the work. The queue owns files,
 * leases as seen from outside, claims and the inbox; the engine owns what an answer means.
 */
import type { AttemptLog } from '../engine/answers.ts';
import type { Json } from '../lib/json.ts';

/** One offer of one attempt. Offering the same lease twice changes nothing (I3). */
export interface AgentTask {
  readonly run: string;
  /** Own id of the task (`scan`, `scan.3`). */
  readonly task: string;
  /** Id in the definition. */
  readonly definitionTask: string;
  readonly taskName: string;
  readonly workflow: string;
  readonly attempt: number;
  readonly lease: string;
  readonly agentLevel: string | null;
  readonly assignedTo: string;
  /** ms, or null for none. */
  readonly timeout: number | null;
  readonly heartbeat: number | null;
  /** ms since the epoch. */
  readonly createdAt: number;
  readonly deadline: number | null;
  readonly previousFailure: string | null;
  /** What people said when they sent the work back to this task, or null. */
  readonly previousFeedback: string | null;
  /** `forbidden_operations` of the definition, as written. */
  readonly forbidden: readonly string[];
  readonly readAccess: readonly string[] | null;
  readonly writeAccess: readonly string[] | null;
  readonly urgency: string;
  readonly payload: Json;
  /** Secret texts in the payload: it stays in its file, and they must not come back. */
  readonly conceal: readonly string[];
}

/** An answer as read from outside, already renamed into the inbox. */
export interface AgentAnswer {
  readonly run: string;
  readonly task: string;
  /** Attempt it belongs to. */
  readonly attempt: number;
  /** Null when the agent did not say. */
  readonly lease: string | null;
  readonly agent: string;
  /** Inbox name: the answer's idempotency key. */
  readonly name: string;
  /** What the agent said while it worked. */
  readonly log?: AttemptLog | null;
  readonly result:
    | { readonly type: 'success'; readonly output: Json }
    | {
        readonly type: 'failure';
        readonly error: {
          readonly type: string;
          readonly message: string;
          readonly retryable: boolean | null;
          readonly retryAfter: number | null;
        };
        readonly output: Json;
      }
    | { readonly type: 'deferred'; readonly after: number };
}

/** `accepted`: journaled now or before. Otherwise why it changes nothing. */
export type AnswerVerdict = 'accepted' | 'late' | 'duplicate' | 'foreign' | 'stale';

/** The engine as the queue sees it. Every promise resolves after the decision is on disk. */
export interface QueueListener {
  /** The open attempt of a task, or null when none is open. */
  openAttempt(
    run: string,
    task: string,
  ): { readonly attempt: number; readonly lease: string } | null;
  /** True when this inbox name was decided on before. */
  isDecided(run: string, name: string): boolean;
  answer(answer: AgentAnswer): Promise<AnswerVerdict>;
  /** A file that is no usable answer was put aside; `run` and `task` when they could be read. */
  unusable(info: {
    readonly run: string | null;
    readonly task: string | null;
    readonly name: string;
    readonly cause: AnswerVerdict | 'unreadable';
    readonly detail: string;
  }): Promise<void>;
  claimed(run: string, task: string, attempt: number, agent: string): Promise<void>;
  progress(
    run: string,
    task: string,
    attempt: number | null,
    percent: number | null,
    message: string,
  ): Promise<void>;
  leaseExpired(run: string, task: string, attempt: number): Promise<void>;
}

export interface AgentQueue {
  /**
   * Settles the inbox, reads the response folder to its end, then starts watching. No task
   * file is written before this resolves; offers made earlier wait.
   */
  start(listener: QueueListener): Promise<void>;
  /** Makes the task file appear unless it is there, claimed or answered already. */
  offer(task: AgentTask): Promise<void>;
  /** Takes an offer back: the file, a claim's work (the agent sees its claim vanish) and late answers' way in. */
  withdraw(run: string, task: string, lease: string): Promise<void>;
  /** Removes task files of attempts that are not open, after a restart. `open` holds leases. */
  sweep(open: ReadonlySet<string>): Promise<void>;
  stop(): Promise<void>;
}
