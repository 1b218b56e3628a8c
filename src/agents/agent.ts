/**
 * What an agent is: a name, a handler and how many tasks it takes at once.
 * The host owns processes, queues, leases and time; a handler owns only its work.
 */
import type { Host } from '../lib/host/host.ts';
import type { Json, JsonObject } from '../lib/json.ts';

/** Failure types agents report; any other identifier is allowed and travels as it is. */
export type AgentErrorType =
  | 'FileSystemError'
  | 'PermissionError'
  | 'InvalidPathError'
  | 'PolicyError'
  | 'TemplateError'
  | 'TimeoutError'
  | 'AgentError';

/** A task's failure as its agent reports it. Thrown by handlers; never a bug in the host. */
export class AgentFailure extends Error {
  override readonly name = 'AgentFailure';
  readonly type: string;
  readonly retryable: boolean;
  /** ms before which another attempt makes no sense, or null. */
  readonly retryAfter: number | null;
  /** Output to keep with the failed attempt, if any. */
  readonly payload: Json;

  constructor(
    type: AgentErrorType | (string & {}),
    message: string,
    options: {
      readonly retryable?: boolean;
      readonly retryAfter?: number | null;
      readonly payload?: Json;
      readonly cause?: unknown;
    } = {},
  ) {
    super(message, { cause: options.cause });
    this.type = type;
    this.retryable = options.retryable ?? true;
    this.retryAfter = options.retryAfter ?? null;
    this.payload = options.payload ?? {};
  }
}

/** Which task a handler is working on. */
export interface TaskIdentity {
  readonly run: string;
  readonly task: string;
  readonly attempt: number;
  /** Id of the definition the run follows. */
  readonly workflow: string;
}

/** What a handler may use besides its payload. */
export interface AgentContext {
  readonly identity: TaskIdentity;
  /** Aborted on timeout, cancellation and shutdown. Handlers stop within a second. */
  readonly signal: AbortSignal;
  /** Milliseconds since the epoch. */
  now(): number;
  /** Reports progress: 0..100 (null when unknown) and a line for people. Also the heartbeat. */
  progress(percent: number | null, message: string): void;
  log(level: 'debug' | 'info' | 'warn' | 'error', message: string): void;
  readonly paths: StationPaths;
  readonly history: RunHistory;
  /** The machine, for what is written and must be whole. Scanners meet the disk themselves. */
  readonly host: Pick<Host, 'files' | 'clock' | 'random'>;
}

/** Paths as payloads name them, checked before they are opened. */
export interface StationPaths {
  /** Absolute path of the station folder. */
  readonly root: string;
  /**
   * Absolute path for `path` (relative to the station, `/` or `\` separators, folder names
   * matched without case). Refuses what leaves the station or is not covered by the
   * definition's `read_access`/`write_access`, symlinks resolved.
   * @throws AgentFailure InvalidPathError (leaves the station) or PermissionError (not covered), not retryable.
   */
  read(path: string): Promise<string>;
  write(path: string): Promise<string>;
  /** The station-relative form of an absolute path, with `/` separators. */
  relative(absolute: string): string;
}

/** What the receipt needs to know about its run; read from the run's journal. */
export interface RunHistory {
  summary(): Promise<RunSummary>;
}

/** A finished or running run as its receipt reports it. */
export interface RunSummary {
  readonly run: string;
  readonly handle: string;
  readonly workflow: { readonly id: string; readonly version: number; readonly sha256: string };
  readonly startedBy: string;
  readonly createdAt: number;
  readonly tasks: readonly {
    readonly id: string;
    readonly status: string;
    readonly attempts: number;
    /** Milliseconds from first dispatch to end, or null. */
    readonly duration: number | null;
  }[];
  /** Who decided what in HUMAN tasks so far. */
  readonly approvals: readonly {
    readonly task: string;
    readonly decision: string;
    readonly by: string;
    readonly note: string | null;
    readonly at: number;
  }[];
  /** Number of journal events of the run so far and the hash of its last record. */
  readonly audit: { readonly events: number; readonly head: string };
}

/** An agent's work: payload in, output out; failure is a thrown {@link AgentFailure}. */
export type AgentHandler = (payload: JsonObject, context: AgentContext) => Promise<Json>;

/** A built-in agent. */
export interface BuiltinAgent {
  readonly name: string;
  readonly description: string;
  /** Tasks taken at once by one host. */
  readonly concurrency: number;
  readonly handle: AgentHandler;
  /** Why it cannot work now, and what to do; null when it can. Left out: it always can. */
  readonly unavailable?: () => string | null;
  /** Figures of the processes it keeps between tasks. */
  readonly workers?: () => WorkerFigures;
  /** Ends what it keeps between tasks. */
  readonly close?: () => Promise<void>;
}

/** The long-lived processes of an agent, as its host shows them. */
export interface WorkerFigures {
  /** Processes it may have at most. */
  readonly limit: number;
  readonly busy: number;
  readonly idle: number;
  /** Processes started so far, those that took another's place included. */
  readonly started: number;
  /** What runs in them (`PowerShell 7.6.0`); null as long as none has said so. */
  readonly runtime: string | null;
}
