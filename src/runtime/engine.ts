/**
 * The Engine port: all that commands, chat, CLI and web know of how runs are kept. Nothing
 * here mentions files. Rules (permissions, inputs, state) are enforced behind this port, so
 * no face can go around them.
 */
import type { Diagnostic } from '../../grammar/diagnostic.ts';
import type { Json } from '../lib/json.ts';
import type { Rejection } from '../engine/commands.ts';
import type { RecordedEvent } from '../engine/events.ts';
import type { GivenValue } from '../engine/given-value.ts';
import type { InputProblem } from '../engine/inputs.ts';
import type { RunStatus } from '../engine/state.ts';
import type { RunLine, RunView, WhyView } from '../engine/view.types.ts';
import type { WorkflowDefinition } from '../engine/definition.ts';

/** Who is asking, as a face knows them. The engine maps it to a level with the station's settings. */
export interface Identity {
  /** `user:<id>` entries name this id; `os:<name>` for the local operating-system user. */
  readonly user: string;
  readonly name: string;
  /** Role ids and names, without prefix. */
  readonly roles: readonly string[];
  /** Channel id, or null. */
  readonly channel: string | null;
  /** True for the console and the CLI on the station's own machine: level L0. */
  readonly local: boolean;
}

export type { GivenValue, InputProblem };

export interface StartRequest {
  readonly workflow: string;
  /** null: the highest. */
  readonly version: number | null;
  readonly input: Readonly<Record<string, GivenValue>>;
  readonly by: Identity;
  /** Idempotency key; the same key never starts two runs. */
  readonly key: string | null;
  /** What the same key comes to. Default: the run it started before. */
  readonly onDuplicate?: OnDuplicate;
  /** ms since the epoch before which nothing of the run begins. Default: at once. */
  readonly notBefore?: number;
  /** Runs with the same word begin one after the other, beside the definition's own limits. */
  readonly serial?: string;
  readonly origin: Json;
}

/**
 * `return_existing`: the earlier run, whatever became of it. `reject`: a refusal that names it.
 * `replace`: the earlier run is cancelled if it is open, and a new one is started.
 */
export type OnDuplicate = 'return_existing' | 'reject' | 'replace';

export type StartResult =
  | {
      readonly type: 'started';
      readonly view: RunView;
      /** True when the key had started this run before. */
      readonly duplicate: boolean;
    }
  | StartProblem;

export type StartProblem =
  | (Rejection & { readonly problems?: undefined })
  /** Wrong or missing inputs: all of them, by name. */
  | {
      readonly type: 'invalid_input';
      readonly problems: readonly InputProblem[];
    };

/** What an operator can ask of a run. `run` is an exact id: faces resolve handles first. */
export type OperatorCommand =
  | {
      readonly type: 'pause' | 'resume';
      readonly run: string;
      readonly note: string | null;
    }
  | {
      readonly type: 'cancel';
      readonly run: string;
      /** What the run did is undone, as after a failure. Default false. */
      readonly compensate?: boolean;
      readonly note: string | null;
    }
  | {
      readonly type: 'retry';
      readonly run: string;
      /** Failed children are started anew instead of retried in place. Default false. */
      readonly fresh?: boolean;
      readonly note: string | null;
    }
  | {
      readonly type: 'rerun';
      readonly run: string;
      /** The task to begin with; null: everything (restart). */
      readonly task: string | null;
      /** Today's definition instead of the pinned one. */
      readonly latest: boolean;
      /** Replaces the run's input, or null. */
      readonly input: Readonly<Record<string, GivenValue>> | null;
      readonly note: string | null;
    }
  | {
      readonly type: 'skip';
      readonly run: string;
      readonly task: string;
      /** What the task counts as having delivered. */
      readonly output: Json;
      readonly note: string | null;
    }
  | {
      readonly type: 'signal';
      readonly run: string;
      readonly name: string;
      /** Becomes the output of every WAIT of that name. */
      readonly output: Json;
      readonly note: string | null;
    }
  | {
      readonly type: 'choose';
      readonly run: string;
      readonly task: string | null;
      readonly option: string;
      readonly note: string | null;
    };

export type OperatorResult =
  | {
      readonly type: 'done';
      /** False when the run was in the asked state already, or for a dry run. */
      readonly changed: boolean;
      readonly view: RunView;
      /** Tasks that run again, and those kept, when the run goes back. */
      readonly runAgain: readonly string[];
      readonly kept: readonly string[];
    }
  | Rejection;

export interface RunChange {
  readonly view: RunView;
  readonly events: readonly RecordedEvent[];
}

export interface RunFilter {
  readonly status?: readonly string[];
  /** Definition id, `*` as wildcard. */
  readonly workflow?: string;
  readonly startedBy?: string;
  /** ms since the epoch. */
  readonly since?: number;
  readonly limit?: number;
  /** Only runs that come after this one in the list: the id of the last one shown before. */
  readonly after?: string;
}

/** What a handle, a prefix or an id stands for. */
export type RunReference =
  | { readonly type: 'found'; readonly run: string }
  | { readonly type: 'ambiguous'; readonly candidates: readonly RunLine[] }
  | { readonly type: 'unknown'; readonly suggestions: readonly string[] };

export interface DefinitionEntry {
  readonly definition: WorkflowDefinition;
  readonly sha256: string;
  /** Station- or project-relative path, `/` separators. */
  readonly file: string;
}

/** Workflow definitions known to the station; files are read again when they change. */
export interface DefinitionCatalog {
  /** Highest version of each valid definition, by id. */
  list(): Promise<readonly DefinitionEntry[]>;
  /** By id (compared without case) and version (null: the highest). */
  find(id: string, version: number | null): Promise<DefinitionEntry | null>;
  /** Problems of every file looked at, valid or not. */
  problems(): Promise<readonly FileProblems[]>;
}

export interface FileProblems {
  readonly file: string;
  readonly problems: readonly LocatedDiagnostic[];
}

/** A definition's problem with its place in the file; lines and columns count from 1. */
export interface LocatedDiagnostic extends Diagnostic {
  readonly file: string;
  readonly line: number;
  readonly column: number;
  readonly endColumn: number;
}

export interface Engine {
  start(request: StartRequest): Promise<StartResult>;
  operate(
    command: OperatorCommand,
    by: Identity,
    options?: { readonly dryRun?: boolean },
  ): Promise<OperatorResult>;
  /** Remembers where a chat message of a run is (or, with null, that it is gone). */
  recordMessage(run: string, key: string, ref: Json): Promise<void>;
  /** A run by exact id, live or archived. */
  view(run: string): Promise<RunView | null>;
  why(run: string): Promise<WhyView | null>;
  /** Newest first, live and archived. */
  list(filter: RunFilter): Promise<readonly RunLine[]>;
  /** How many runs there are, live and archived, by status. */
  counts(): Promise<ReadonlyMap<RunStatus, number>>;
  /** Views of all runs that are not archived yet. */
  live(): readonly RunView[];
  resolve(reference: string): Promise<RunReference>;
  /** A run's events, oldest first. */
  events(run: string): Promise<readonly RecordedEvent[]>;
  /** Called after the events are on disk, in order. The listener must not throw. */
  subscribe(listener: (change: RunChange) => void): () => void;
  readonly definitions: DefinitionCatalog;
  /** Whether `by` may start `workflow` or approve in it: null, or the refusal that names the rule. */
  mayStart(workflow: string, by: Identity): Promise<Rejection | null>;
}
