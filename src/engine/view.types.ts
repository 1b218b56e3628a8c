/**
 * A run as every face shows it; also, letter for letter, what `workflow status <run> --json`
 * prints (`run/1`). Fields may be added; none is ever missing: what does not apply is null.
 * Times are ISO-8601 UTC with milliseconds. Values of secret inputs are masked.
 */
import type { Json, JsonObject } from '../lib/json.ts';
import type { TaskType } from './definition.ts';
import type { RunStatus, TaskStatus } from './state.ts';

export interface RunView {
  readonly schema: 'run/1';
  readonly run: string;
  readonly handle: string;
  readonly workflow: { readonly id: string; readonly version: number; readonly sha256: string };
  readonly status: RunStatus;
  readonly reason: string | null;
  /** `person` when nothing but people can move the run on. */
  readonly waiting_for: 'person' | null;
  readonly generation: number;
  /** Name of who started it. */
  readonly started_by: string;
  /** Identity of who started it (`user:…`). */
  readonly requester: string;
  readonly created_at: string;
  readonly ended_at: string | null;
  readonly updated_at: string;
  readonly sirius_time: string;
  readonly input: JsonObject;
  /** Names in `input` that hold their default. */
  readonly defaulted: readonly string[];
  readonly output: JsonObject | null;
  readonly variables: JsonObject;
  readonly progress: { readonly done: number; readonly total: number };
  readonly parent: { readonly run: string; readonly task: string } | null;
  readonly children: readonly string[];
  readonly failure_run: string | null;
  /** The run that undoes this one, and how far it came. */
  readonly compensation: {
    readonly run: string;
    readonly tasks: readonly string[];
    readonly status: 'RUNNING' | 'COMPLETED' | 'FAILED';
    readonly error: string | null;
  } | null;
  /** The failed run this one reacts to. */
  readonly failure_of: string | null;
  /** Station path of the receipt, once a task wrote one. */
  readonly receipt: string | null;
  readonly tasks: readonly TaskView[];
  readonly alerts: readonly {
    readonly key: string;
    readonly action: string;
    readonly detail: string;
    readonly at: string;
  }[];
  readonly warnings: readonly {
    readonly task: string | null;
    readonly message: string;
    readonly at: string;
  }[];
  readonly origin: Json;
  /** Chat messages by what they are (`card`, `final`, `approval:<task>:<attempt>` …). */
  readonly messages: Readonly<Record<string, Json>>;
  readonly version: number;
}

export interface TaskView {
  readonly id: string;
  /** Id in the definition (differs from `id` for items and iterations). */
  readonly task: string;
  readonly type: TaskType;
  readonly name: string;
  readonly status: TaskStatus;
  readonly reason: string | null;
  readonly skipped_by: 'operator' | 'decision' | 'when' | 'dependencies' | null;
  readonly generation: number;
  readonly assigned_to: string | null;
  readonly depends_on: readonly string[];
  readonly input: JsonObject | null;
  readonly output: Json;
  readonly iteration: number | null;
  readonly item_key: string | null;
  /** The FOR_EACH or DO_WHILE row that this one is an item or member of, or null. */
  readonly owner: string | null;
  readonly waiting_for: WaitingFor | null;
  readonly attempts: readonly AttemptView[];
  readonly progress: {
    readonly percent: number | null;
    readonly message: string;
    readonly at: string;
  } | null;
  /** Open question of a HUMAN task, with the votes so far. */
  readonly approval: {
    readonly options: readonly string[];
    readonly quorum: number;
    readonly expires_at: string | null;
    readonly requested_at: string;
    readonly who: readonly string[] | null;
    readonly votes: readonly {
      readonly by: string;
      readonly option: string;
      readonly note: string | null;
      readonly at: string;
    }[];
    readonly channels: readonly string[];
    readonly urgency: string;
    /** What is said about options beyond their names; `back_to` is the task that gets the work back. */
    readonly details: Readonly<
      Record<string, { readonly description: string | null; readonly back_to: string | null }>
    >;
    /** When it is asked again. */
    readonly reminders: readonly string[];
  } | null;
  /** What people said when they last sent the work back to this task. */
  readonly feedback: string | null;
  /** FORK and DECISION nesting: how deep to indent. */
  readonly depth: number;
  /** For a DECISION that is decided: the case taken. */
  readonly chosen_case: string | null;
}

/** The nameable thing a task waits for (I6). */
export interface WaitingFor {
  readonly kind: 'agent' | 'timer' | 'person' | 'slot' | 'child' | 'signal' | 'task';
  readonly detail: string;
  readonly since: string;
  readonly until: string | null;
}

export interface AttemptView {
  readonly attempt: number;
  readonly generation: number;
  readonly status: string;
  readonly agent: string | null;
  readonly child: string | null;
  readonly dispatched_at: string;
  readonly claimed_at: string | null;
  readonly ended_at: string | null;
  /** The last lines its agent said, warnings and errors first to be kept; `logs` has more of them. */
  readonly log: {
    readonly lines: readonly {
      readonly level: 'debug' | 'info' | 'warn' | 'error';
      readonly message: string;
      readonly at: string | null;
    }[];
    /** Lines that are not among them. */
    readonly dropped: number;
  } | null;
  readonly output: Json;
  readonly error: {
    readonly type: string;
    readonly message: string;
    readonly retryable: boolean | null;
  } | null;
}

/** `why <run>`: what it waits for and what would move it (`why/1`). */
export interface WhyView {
  readonly schema: 'why/1';
  readonly run: string;
  readonly status: RunStatus;
  readonly waiting: readonly {
    readonly task: string | null;
    readonly kind: string;
    readonly detail: string;
    readonly since: string;
    readonly until: string | null;
    /** What a person can type or do about it. */
    readonly fix: string;
  }[];
  /** Every task that is not done, with the reason. */
  readonly tasks: ExplainView['tasks'];
}

/** `explain <run>`: why each task is where it is (`explain/1`). */
export interface ExplainView {
  readonly schema: 'explain/1';
  readonly run: string;
  readonly status: RunStatus;
  readonly reason: string | null;
  readonly tasks: readonly {
    readonly task: string;
    readonly status: TaskStatus;
    readonly why: string;
  }[];
}

/** One line of `list` (`runs/1`). */
export interface RunLine {
  readonly run: string;
  readonly handle: string;
  readonly workflow: string;
  readonly status: RunStatus;
  readonly reason: string | null;
  readonly progress: { readonly done: number; readonly total: number };
  readonly created_at: string;
  readonly ended_at: string | null;
  readonly started_by: string;
}
