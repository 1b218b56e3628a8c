/**
 * What the engine can be asked, in the imperative. Commands carry everything that is not
 * in the state; time, randomness and free slots come in with the {@link DecideContext}.
 */
import type { Json, JsonObject } from '../lib/json.ts';
import type { Actor } from './actor.ts';
import type { WorkflowDefinition } from './definition.ts';
import type { Parent, RunEvent, RunPlace } from './events.ts';
import type { AttemptLog, IgnoreCause, TaskError } from './answers.ts';
import type { RunId } from './ids.ts';
import type { RunState } from './state.ts';

/** Which attempt an answer is for; nulls when the agent did not say (it follows the user's guide). */
interface Answering {
  readonly task: string;
  readonly attempt: number | null;
  readonly lease: string | null;
  readonly agent: string;
  /** Inbox name of the answer's file, its idempotency key; null for answers not from files. */
  readonly answer: string | null;
  /** What the agent said besides. */
  readonly log?: AttemptLog | null;
}

export type RunCommand = { readonly run: RunId; readonly actor: Actor } & (
  | StartRun
  | ({ readonly type: 'CompleteTask'; readonly output: Json } & Answering)
  | ({ readonly type: 'FailTask'; readonly error: TaskError; readonly output: Json } & Answering)
  | ({ readonly type: 'DeferTask'; readonly after: number } & Answering)
  | {
      readonly type: 'ClaimTask';
      readonly task: string;
      readonly attempt: number;
      readonly agent: string;
    }
  | {
      readonly type: 'ReportProgress';
      readonly task: string;
      readonly attempt: number | null;
      readonly percent: number | null;
      readonly message: string;
    }
  | {
      readonly type: 'IgnoreAnswer';
      readonly task: string | null;
      readonly cause: IgnoreCause;
      readonly answer: string;
      readonly detail: string;
    }
  /** The queue saw no sign of life for the attempt's heartbeat. */
  | { readonly type: 'ExpireLease'; readonly task: string; readonly attempt: number }
  /** Look at the clock: everything due is decided. */
  | { readonly type: 'FireTimer' }
  /** A slot of the task's agent is free; the task has waited longest. */
  | { readonly type: 'GrantSlot'; readonly task: string }
  /** The run has its places: it may begin. */
  | { readonly type: 'ReleaseRun' }
  /** An effect of this key was performed (or cannot be). */
  | { readonly type: 'RecordEffect'; readonly key: string; readonly outcome: EffectOutcome }
  /** A chat message exists; `key` says what it is, `ref` where. A null `ref` forgets it. */
  | { readonly type: 'RecordMessage'; readonly key: string; readonly ref: Json }
  | { readonly type: 'PauseRun'; readonly note: string | null }
  | { readonly type: 'ResumeRun'; readonly note: string | null }
  /** `compensate`: what the run did is undone, as after a failure. */
  | { readonly type: 'CancelRun'; readonly note: string | null; readonly compensate?: boolean }
  /** `fresh`: failed children are started anew instead of retried in place. */
  | { readonly type: 'RetryRun'; readonly note: string | null; readonly fresh?: boolean }
  | RerunRun
  /** `output`: what the skipped task counts as having delivered. */
  | {
      readonly type: 'SkipTask';
      readonly task: string;
      readonly output: Json;
      readonly note: string | null;
    }
  /** The child run of the task's attempt ended, or could not be had. */
  | {
      readonly type: 'EndChild';
      readonly task: string;
      readonly attempt: number;
      /** Generation in which the child ended, or null: it never ran. */
      readonly generation: number | null;
      readonly ending: ChildEnding;
    }
  /** The child that this run ended because of goes on, in that generation. */
  | {
      readonly type: 'ReopenRun';
      readonly task: string;
      readonly child: RunId;
      readonly generation: number;
    }
  /** `payload` becomes the output of every WAIT of that name. */
  | {
      readonly type: 'SignalRun';
      readonly name: string;
      readonly payload: Json;
      readonly note?: string | null;
    }
  | {
      readonly type: 'ChooseOption';
      /** null: the only HUMAN task that waits. */
      readonly task: string | null;
      readonly option: string;
      readonly note: string | null;
    }
);

/** How a child run ended. */
export type ChildEnding =
  | { readonly status: 'COMPLETED'; readonly output: JsonObject }
  | {
      readonly status: 'FAILED' | 'TIMED_OUT';
      readonly error: TaskError;
      readonly output: JsonObject;
    }
  | { readonly status: 'CANCELLED'; readonly reason: string };

export type CommandType = RunCommand['type'];

export interface StartRun {
  readonly type: 'StartRun';
  readonly handle: string;
  readonly definition: WorkflowDefinition;
  /** SHA-256 of the definition file's bytes, hex. */
  readonly sha256: string;
  /** Complete, typed input (defaults filled in, secrets replaced by references). */
  readonly input: JsonObject;
  /** Names in `input` that hold their default. */
  readonly defaulted: readonly string[];
  /** Idempotency key, such as a chat message's id; null for none. */
  readonly key: string | null;
  /** Where it was asked for (channel, message), opaque to the engine. */
  readonly origin: Json;
  /** The failed run this one reacts to as its failure workflow. */
  readonly failureOf: RunId | null;
  /**
   * The SUB_WORKFLOW task it is the child of. It is started for the person who started the
   * parent, who need not be admitted by the child's own `who_can_start`.
   */
  readonly parent?: Parent;
  /** Token of its references to secrets: its own, or that of the run it belongs to; null without. */
  readonly seal: string | null;
  /** ms since the epoch before which nothing begins. Absent: at once. */
  readonly notBefore?: number;
  /** Limits on runs it counts towards; it waits for a ReleaseRun when there are any. */
  readonly places?: readonly RunPlace[];
}

export interface RerunRun {
  readonly type: 'RerunRun';
  /** The task to begin with; null: everything (restart). */
  readonly task: string | null;
  /** Complete, typed input that replaces the run's, or null. */
  readonly input: {
    readonly values: JsonObject;
    readonly defaulted: readonly string[];
    /** Of the references in `values`. Absent: the run's. */
    readonly seal?: string;
  } | null;
  /** Today's definition instead of the pinned one, or null. */
  readonly latest: { readonly definition: WorkflowDefinition; readonly sha256: string } | null;
  readonly note: string | null;
}

export type EffectOutcome =
  { readonly ok: true; readonly value: Json } | { readonly ok: false; readonly error: string };

/** What a pure decision needs from the world. */
export interface DecideContext {
  /** ms since the epoch. */
  readonly now: number;
  /** At least 32 characters of `0-9a-z`, new for every decision: leases, ids and jitter come from it. */
  readonly entropy: string;
  /** Free slots by agent, for agents that have a limit; agents not named have none. */
  readonly freeSlots: Readonly<Record<string, number>>;
}

/** What a command comes to. No events: there is nothing to change, which is no error. */
export type Decision =
  | {
      readonly type: 'accepted';
      readonly events: readonly RunEvent[];
      /** The state the events lead to: what `evolve` makes of them. */
      readonly state: RunState;
    }
  | Rejection;

/** A command that makes no sense now. A value: a person's mistake, not a fault. */
export interface Rejection {
  readonly type: 'rejected';
  /** `usage`: wrong input; `not_found`: no such thing; `refused`: state or permission. */
  readonly kind: 'usage' | 'not_found' | 'refused';
  /** Stable, upper case, such as `RUN_ENDED`. */
  readonly code: string;
  readonly message: string;
  readonly hint: string | null;
}
