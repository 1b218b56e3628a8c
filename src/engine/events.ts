/**
 * What happened to a run, in the past tense. Journaled for ever: add events and fields,
 * never change one. An event carries all that `evolve` needs, so replay decides nothing.
 * The time of an event is its record's. Long because it is one union: everything that can happen.
 */
import type { Rate } from '../../grammar/rate.ts';
import type { Json, JsonObject } from '../lib/json.ts';
import type { Actor } from './actor.ts';
import type { IgnoreCause, LogLine, TaskError } from './answers.ts';
import type { WorkflowDefinition } from './definition.ts';
import type { RunId } from './ids.ts';

export type RunEvent =
  | {
      readonly type: 'RunStarted';
      readonly handle: string;
      readonly definition: WorkflowDefinition;
      readonly sha256: string;
      readonly input: JsonObject;
      readonly defaulted: readonly string[];
      readonly by: Actor;
      readonly key: string | null;
      readonly origin: Json;
      readonly failureOf: RunId | null;
      /** The SUB_WORKFLOW task it is the child of. Absent: it is nobody's child. */
      readonly parent?: Parent;
      /** Absent in runs without secrets. */
      readonly seal?: string;
      /** ms since the epoch before which nothing begins. Absent: at once. */
      readonly notBefore?: number;
      /** Limits on runs it counts towards; it begins when each has a place. Absent: none. */
      readonly places?: readonly RunPlace[];
    }
  /** What held the run back is over: its planned time came, or it was given its places. */
  | { readonly type: 'RunReleased'; readonly from: 'time' | 'place' }
  /** Ready, but its agent has no free slot, or it needs a place of its concurrency key. */
  | {
      readonly type: 'TaskQueued';
      readonly task: string;
      /** The agent whose slot it waits for, or null when it waits for its key alone. */
      readonly agent: string | null;
      /** Absent: its next attempt has no concurrency key. */
      readonly key?: string;
    }
  | TaskDispatched
  | {
      readonly type: 'TaskClaimed';
      readonly task: string;
      readonly attempt: number;
      readonly agent: string;
    }
  | {
      readonly type: 'TaskProgressed';
      readonly task: string;
      readonly attempt: number;
      readonly percent: number | null;
      readonly message: string;
    }
  /** What the agent said during the attempt; comes with its answer, before what that led to. */
  | {
      readonly type: 'TaskLogged';
      readonly task: string;
      readonly attempt: number;
      readonly lines: readonly LogLine[];
      /** Lines that are not among them. */
      readonly dropped: number;
    }
  /** The agent gave the task back: the same attempt is offered again at `offerAt` with a new lease. */
  | {
      readonly type: 'TaskDeferred';
      readonly task: string;
      readonly attempt: number;
      readonly lease: string;
      readonly offerAt: number;
      readonly answer: string | null;
    }
  /** A deferred attempt's time has come: it is on offer again. */
  | { readonly type: 'TaskOffered'; readonly task: string; readonly attempt: number }
  /** An open attempt ended. `task` may go on (retry) or end: the next event says which. */
  | {
      readonly type: 'AttemptFailed';
      readonly task: string;
      readonly attempt: number;
      readonly status: 'FAILED' | 'TIMED_OUT';
      readonly error: TaskError;
      readonly output: Json;
      readonly agent: string | null;
      readonly answer: string | null;
    }
  /** An open attempt ended because its child was cancelled: the next event says what that means. */
  | {
      readonly type: 'AttemptCancelled';
      readonly task: string;
      readonly attempt: number;
      readonly reason: string;
    }
  /** The open attempt's child went back by itself: it is waited for in that generation. */
  | {
      readonly type: 'ChildFollowed';
      readonly task: string;
      readonly attempt: number;
      readonly generation: number;
    }
  | {
      readonly type: 'RetryScheduled';
      readonly task: string;
      /** Number of the attempt that will be made. */
      readonly attempt: number;
      /** ms since the epoch. */
      readonly dueAt: number;
    }
  | {
      readonly type: 'TaskCompleted';
      readonly task: string;
      /** null for task types without attempts (FORK, JOIN, DECISION). */
      readonly attempt: number | null;
      readonly output: Json;
      readonly agent: string | null;
      readonly answer: string | null;
    }
  /** Ended with errors that the definition tolerates. */
  | {
      readonly type: 'TaskCompletedWithErrors';
      readonly task: string;
      readonly output: Json;
      readonly reason: string;
    }
  | {
      readonly type: 'TaskFailed';
      readonly task: string;
      readonly status: 'FAILED' | 'TIMED_OUT';
      readonly error: TaskError;
      readonly output: Json;
    }
  | {
      readonly type: 'TaskSkipped';
      readonly task: string;
      readonly by: 'decision' | 'when' | 'dependencies' | 'operator';
      readonly reason: string;
      readonly output: Json;
    }
  | { readonly type: 'TaskCancelled'; readonly task: string; readonly reason: string }
  | {
      readonly type: 'ApprovalRequested';
      readonly task: string;
      readonly attempt: number;
      readonly generation: number;
      /** The HUMAN task's resolved input: what to judge by. */
      readonly input: JsonObject;
      readonly options: readonly string[];
      readonly quorum: number;
      /** ms since the epoch, or null. */
      readonly expiresAt: number | null;
    }
  /** One person's vote; with the quorum's last one comes the task's end. */
  | {
      readonly type: 'OptionChosen';
      readonly task: string;
      readonly attempt: number;
      readonly option: string;
      readonly note: string | null;
      readonly by: Actor;
    }
  | {
      readonly type: 'ApprovalExpired';
      readonly task: string;
      readonly attempt: number;
      readonly action: string;
      /** Task routed to by the expiry, or null. */
      readonly nextTask: string | null;
    }
  /** A FOR_EACH begins: its items, once and for all, and what each is called. */
  | {
      readonly type: 'ItemsResolved';
      readonly task: string;
      readonly items: readonly Json[];
      readonly keys: readonly string[];
    }
  /** Items that never started and never will. */
  | { readonly type: 'ItemsCancelled'; readonly task: string; readonly reason: string }
  /** A DO_WHILE begins, or goes round once more. */
  | {
      readonly type: 'IterationStarted';
      readonly task: string;
      /** From 1. */
      readonly iteration: number;
    }
  /** A FOR_EACH or DO_WHILE goes on with the rows it has, in a later generation. */
  | { readonly type: 'TaskContinued'; readonly task: string }
  | {
      readonly type: 'WaitStarted';
      readonly task: string;
      readonly attempt: number;
      readonly generation: number;
      /** ms since the epoch at which it is over, or null: a signal ends it. */
      readonly until: number | null;
      readonly signal: string | null;
      /** Its time limit, ms since the epoch, or null. */
      readonly deadline: number | null;
    }
  /** Kept for every WAIT of its name that has not been reached; those named in `taken` had it. */
  | {
      readonly type: 'SignalReceived';
      readonly name: string;
      readonly payload: Json;
      readonly taken: readonly string[];
      readonly by: Actor;
      /** Absent in journals of versions that asked for none. */
      readonly note?: string | null;
    }
  /** A WAIT found a signal that was kept for it. */
  | { readonly type: 'SignalTaken'; readonly name: string; readonly by: string }
  | { readonly type: 'VariablesSet'; readonly task: string; readonly variables: JsonObject }
  | {
      readonly type: 'AnswerIgnored';
      readonly task: string | null;
      readonly cause: IgnoreCause;
      readonly answer: string;
      readonly detail: string;
    }
  /** A file is to be written by the bridge (output_to, side effect); done when EffectRecorded says so. */
  | {
      readonly type: 'FileRequested';
      readonly key: string;
      readonly task: string;
      readonly path: string;
      readonly content: Json;
      /** `yaml`: content dumped; `text`: content is the text. */
      readonly format: 'yaml' | 'text';
    }
  /** The definition's post checks are to be made before the run may complete. */
  | { readonly type: 'ChecksRequested'; readonly key: string }
  | {
      readonly type: 'EffectRecorded';
      readonly key: string;
      readonly ok: boolean;
      readonly value: Json;
      readonly error: string | null;
    }
  | {
      readonly type: 'AlertRaised';
      /** Once per run, generation and key. */
      readonly key: string;
      readonly condition: string;
      readonly action: string;
      readonly detail: string;
    }
  | { readonly type: 'WarningRaised'; readonly task: string | null; readonly message: string }
  | { readonly type: 'RunPaused'; readonly by: Actor; readonly note: string | null }
  | { readonly type: 'RunResumed'; readonly by: Actor; readonly note: string | null }
  | RunEnded
  /** The failed run's failure workflow is to be started as run `failureRun`. */
  | {
      readonly type: 'FailureWorkflowRequested';
      readonly key: string;
      readonly failureRun: RunId;
      readonly input: JsonObject;
    }
  /** What the ended run did is to be undone by run `compensationRun`, in the order of the steps. */
  | {
      readonly type: 'CompensationRequested';
      readonly key: string;
      readonly compensationRun: RunId;
      readonly steps: readonly CompensationStep[];
    }
  | GenerationStarted
  /** An operator's skip: it takes effect once the task's own dependencies are resolved. */
  | {
      readonly type: 'TaskSkipRequested';
      readonly task: string;
      readonly output: Json;
      readonly by: Actor;
      readonly note: string | null;
    }
  | { readonly type: 'MessageRecorded'; readonly key: string; readonly ref: Json };

/** The run goes back: some tasks run again, the others keep what they have. */
export interface GenerationStarted {
  readonly type: 'GenerationStarted';
  readonly generation: number;
  /** `push_back`: people sent the work back to `from`; `note` is what they said about it. */
  readonly kind: 'retry' | 'rerun' | 'restart' | 'reopen' | 'push_back';
  /** Tasks that go back to PENDING; all others keep what they have. */
  readonly runAgain: readonly string[];
  readonly by: Actor;
  readonly note: string | null;
  /** The task it begins with. Absent: not from one task. */
  readonly from?: string;
  /** Replaces the run's input. Absent: it stays. */
  readonly input?: JsonObject;
  /** Names in `input` that hold their default; comes with `input`. */
  readonly defaulted?: readonly string[];
  /** Replaces the run's seal; comes with `input`. Absent: it stays. */
  readonly seal?: string;
  /** Replaces the run's definition (`--latest`). Absent: the pinned one stays. */
  readonly definition?: WorkflowDefinition;
  /** Comes with `definition`. */
  readonly sha256?: string;
  /** Children that go on where they are instead of new ones, by task. */
  readonly resume?: Readonly<Record<string, Child>>;
}

/** A completed task that is to be undone, with the input of what undoes it. */
export interface CompensationStep {
  readonly task: string;
  readonly input: JsonObject;
}

/** Where a child run hangs in its parent. */
export interface Parent {
  readonly run: RunId;
  readonly task: string;
  readonly attempt: number;
  /** How many runs are above: 1 for a child of a run that is nobody's child. */
  readonly depth: number;
}

/** The run of its own that an attempt of a SUB_WORKFLOW task waits for. */
export interface Child {
  readonly run: RunId;
  /** The generation that is waited for. */
  readonly generation: number;
  /** Definition id and version (null: the highest), as resolved at dispatch. */
  readonly workflow: string;
  readonly version: number | null;
}

/** A limit on runs that begin together, as it stood when the run was started. */
export interface RunPlace {
  /** Runs with the same group share it. */
  readonly group: string;
  /** Open runs at a time, or null for any number. */
  readonly max: number | null;
  /** Beginnings per duration, or null for any number. */
  readonly rate: Rate | null;
}

export interface TaskDispatched {
  readonly type: 'TaskDispatched';
  readonly task: string;
  readonly attempt: number;
  readonly generation: number;
  /** Opaque token that the answer returns. */
  readonly lease: string;
  /** Agent or function name; null for a child run. */
  readonly agent: string | null;
  readonly input: JsonObject;
  /** ms since the epoch, or null. */
  readonly deadline: number | null;
  /** Absent: not a SUB_WORKFLOW. */
  readonly child?: Child;
  /** Concurrency key of which it holds a place. Absent: of none. */
  readonly key?: string;
}

export interface RunEnded {
  readonly type: 'RunEnded';
  readonly status: 'COMPLETED' | 'FAILED' | 'TIMED_OUT' | 'CANCELLED';
  readonly reason: string | null;
  readonly cause: EndCause;
  /** Task that ended it, or null. */
  readonly task: string | null;
  readonly output: JsonObject;
  readonly by: Actor | null;
}

/** What ended a run: its work was done, a task, a TERMINATE, a post check, its time limit or a cancel. */
export type EndCause = 'done' | 'task' | 'terminate' | 'check' | 'timeout' | 'cancel';

export type EventType = RunEvent['type'];

/** An event with its place in history. */
export interface RecordedEvent {
  readonly seq: number;
  readonly run: RunId;
  readonly version: number;
  /** Position within its record, from 0. */
  readonly index: number;
  /** ms since the epoch. */
  readonly at: number;
  readonly cause: string;
  readonly event: RunEvent;
}
