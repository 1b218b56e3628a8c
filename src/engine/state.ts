/**
 * A run as the sum of its events. Built by `evolve` alone; what can be computed from it
 * (readiness, joins, progress, reasons to wait, timers, effects) is never stored (I8).
 * Long because it is one shape: everything a run remembers.
 */
import type { Json, JsonObject } from '../lib/json.ts';
import type { Actor } from './actor.ts';
import type { AttemptLog, TaskError } from './answers.ts';
import type { Chunks } from './chunks.ts';
import type { WorkflowDefinition } from './definition.ts';
import type { Child, CompensationStep, EndCause, Parent, RunPlace } from './events.ts';
import type { RunId } from './ids.ts';
import type { NameSet } from './name-set.ts';

/** No event yet: the only command that makes sense is StartRun. */
export interface NoRun {
  readonly status: 'NONE';
}

export type EndedStatus = 'COMPLETED' | 'FAILED' | 'TIMED_OUT' | 'CANCELLED';
export type RunStatus = 'RUNNING' | 'PAUSED' | EndedStatus | 'QUARANTINED';

export interface RunState {
  readonly status: 'RUNNING' | 'PAUSED' | EndedStatus;
  readonly id: RunId;
  readonly handle: string;
  readonly definition: WorkflowDefinition;
  readonly sha256: string;
  readonly input: JsonObject;
  readonly defaulted: readonly string[];
  readonly startedBy: Actor;
  readonly createdAt: number;
  readonly key: string | null;
  readonly origin: Json;
  readonly failureOf: RunId | null;
  /** The SUB_WORKFLOW task it is the child of, or null. */
  readonly parent: Parent | null;
  /** Token of its references to secrets (`secrets.ts`); null for a run that has none. */
  readonly seal: string | null;
  /** Run started as this one's failure workflow in the present generation, or null. */
  readonly failureRun: RunId | null;
  /** What undoes the run in the present generation, or null. */
  readonly compensation: Compensated | null;
  /** Planned start in ms since the epoch, until it has come. */
  readonly notBefore: number | null;
  /** Limits on runs it counts towards while it is open. */
  readonly places: readonly RunPlace[];
  /** It has not been given its places yet. */
  readonly needsPlace: boolean;
  /** When it was given them, in whatever generation (ms). Absent: it has not been, or no limit counts that. */
  readonly begun?: readonly number[];
  readonly generation: number;
  readonly generationStartedAt: number;
  /** When it was paused, while it is. */
  readonly pausedAt: number | null;
  /** Who paused it and why, while it is. */
  readonly pausedBy: { readonly name: string; readonly note: string | null } | null;
  /** ms of the present generation that the run's time limit does not count. */
  readonly uncountedTime: number;
  /** Null while it runs. */
  readonly ended: {
    readonly at: number;
    readonly reason: string | null;
    readonly cause: EndCause;
    readonly task: string | null;
    readonly output: JsonObject;
  } | null;
  readonly tasks: Readonly<Record<string, TaskState>>;
  /** Set by SET_VARIABLE tasks. */
  readonly variables: JsonObject;
  /** The last signal of each name that some WAIT may still take. */
  readonly signals: Readonly<Record<string, KeptSignal>>;
  /** Every answer's inbox name that was decided on: the idempotency keys of answers (I3). */
  readonly answers: NameSet;
  /** Requested and not yet recorded effects, by key. */
  readonly pendingEffects: Readonly<Record<string, PendingEffect>>;
  /** Outcome of the present generation's post checks, once they were made. */
  readonly checks: { readonly ok: boolean; readonly error: string | null } | null;
  readonly alerts: readonly {
    readonly key: string;
    readonly action: string;
    readonly detail: string;
    readonly at: number;
  }[];
  readonly warnings: readonly {
    readonly task: string | null;
    readonly message: string;
    readonly at: number;
  }[];
  /** Chat messages of this run by what they are. */
  readonly messages: Readonly<Record<string, Json>>;
  /** Number of events so far. */
  readonly eventCount: number;
  /** ms of the last event. */
  readonly updatedAt: number;
}

export interface KeptSignal {
  readonly payload: Json;
  readonly by: string;
  readonly at: number;
  /** WAIT tasks that had it already, see `signals.ts`. */
  readonly taken: readonly string[];
}

export type PendingEffect =
  | {
      readonly type: 'file';
      readonly task: string;
      readonly path: string;
      readonly content: Json;
      readonly format: 'yaml' | 'text';
    }
  | { readonly type: 'checks' }
  | { readonly type: 'failure_workflow'; readonly run: RunId; readonly input: JsonObject }
  | {
      readonly type: 'compensation';
      readonly run: RunId;
      readonly steps: readonly CompensationStep[];
    };

/** The run that undoes this one, and which of its tasks. */
export interface Compensated {
  readonly run: RunId;
  readonly tasks: readonly string[];
  /** Null while it is under way; else whether everything was undone, and what was not. */
  readonly outcome: { readonly ok: boolean; readonly error: string | null } | null;
}

export interface TaskBase {
  readonly id: string;
  /** Generation it runs or ran in: what is kept keeps its generation when the run goes back. */
  readonly generation: number;
  /** One row per attempt, kept for ever, oldest first. */
  readonly attempts: readonly Attempt[];
  /** What people said when they last sent the work back to this task. */
  readonly feedback?: string | null;
  /** Of a FOR_EACH or DO_WHILE from its begin on; null for every other task. */
  readonly rows: Rows | null;
  /** Rows that a rerun replaced: attempts of theirs stay visible and count on. Absent: none. */
  readonly earlier?: Rows;
}

/** The rows inside a row, in the order of their numbers. */
export type Rows =
  | {
      readonly kind: 'items';
      /** When it began. */
      readonly since: number;
      /** As they were resolved, once. */
      readonly items: readonly Json[];
      /** What each item is called, no two alike. */
      readonly keys: readonly string[];
      readonly list: Chunks<TaskState>;
    }
  | {
      readonly kind: 'iterations';
      readonly since: number;
      /** Members by their id in the definition. */
      readonly list: Chunks<Readonly<Record<string, TaskState>>>;
    };

export type TaskState = TaskBase &
  (
    | {
        readonly status: 'PENDING';
        /** Since when it waits for a slot. */
        readonly queuedAt: number | null;
        /** While it waits for a place of a key, and perhaps for a slot of its agent. Absent: for a slot alone. */
        readonly queuedFor?: { readonly key: string; readonly agent: string | null };
        /** An operator's skip that waits for the task's dependencies. */
        readonly skip?: { readonly reason: string; readonly output: Json };
        /** The child that its next attempt goes on with instead of a new one. */
        readonly resume?: Child;
      }
    /** Its last attempt is open. */
    | { readonly status: 'IN_PROGRESS' }
    | { readonly status: 'PENDING_APPROVAL'; readonly approval: Approval }
    | { readonly status: 'RETRYING'; readonly since: number; readonly dueAt: number }
    | {
        readonly status: 'COMPLETED';
        readonly endedAt: number;
        readonly output: Json;
        /** Number of the event that completed it: which of two came first. */
        readonly order?: number;
      }
    | {
        readonly status: 'COMPLETED_WITH_ERRORS';
        readonly endedAt: number;
        readonly output: Json;
        readonly reason: string;
      }
    | {
        readonly status: 'FAILED' | 'TIMED_OUT';
        readonly endedAt: number;
        readonly output: Json;
        readonly error: TaskError;
      }
    | { readonly status: 'CANCELLED'; readonly endedAt: number; readonly reason: string }
    | {
        readonly status: 'SKIPPED';
        readonly endedAt: number;
        readonly reason: string;
        readonly by: 'decision' | 'when' | 'dependencies' | 'operator';
        readonly output: Json;
      }
  );

export type TaskStatus = TaskState['status'];

export interface Approval {
  readonly requestedAt: number;
  readonly input: JsonObject;
  readonly options: readonly string[];
  readonly quorum: number;
  readonly expiresAt: number | null;
  readonly votes: readonly {
    readonly by: Actor;
    readonly option: string;
    readonly note: string | null;
    readonly at: number;
  }[];
}

export interface Attempt {
  readonly attempt: number;
  readonly generation: number;
  readonly status: 'IN_PROGRESS' | 'COMPLETED' | 'FAILED' | 'TIMED_OUT' | 'CANCELLED';
  /** Agent, function, or null for people and child runs. */
  readonly agent: string | null;
  /** The run it waits for, or null. */
  readonly child: Child | null;
  /** Concurrency key of which it holds a place while it is open. Absent: of none. */
  readonly key?: string;
  readonly lease: string;
  readonly input: JsonObject;
  readonly dispatchedAt: number;
  /** When it was last put on offer: at dispatch, or after a deferral. */
  readonly offeredAt: number;
  /** When a deferred attempt is offered again, or null while it is on offer. */
  readonly offerAt: number | null;
  readonly claimedAt: number | null;
  readonly endedAt: number | null;
  readonly deadline: number | null;
  /** Of a WAIT: what ends it. */
  readonly wait: { readonly until: number | null; readonly signal: string | null } | null;
  readonly progress: {
    readonly percent: number | null;
    readonly message: string;
    readonly at: number;
  } | null;
  /** The end of what its agent said, or null. */
  readonly log: AttemptLog | null;
  readonly output: Json;
  readonly error: TaskError | null;
}
