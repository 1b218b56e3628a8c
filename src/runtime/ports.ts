/** What the runtime asks of its surroundings besides journal, queue and clock. */
import type { AgentLevel } from '../engine/definition.ts';
import type { Json } from '../lib/json.ts';

/** The station's files as the engine itself touches them; paths are station paths with `/`. */
export interface Workspace {
  exists(path: string): Promise<boolean>;
  writable(path: string): Promise<boolean>;
  /**
   * Writes a file whole, making its folders.
   * @throws Error with a message for people when the path leaves the station or is not in `access`.
   */
  write(path: string, text: string, access: readonly string[] | null): Promise<void>;
  /** Appends a line to a file, making it when needed. */
  appendLine(path: string, line: string): Promise<void>;
  /** Text of a file, or null when there is none. */
  read(path: string): Promise<string | null>;
}

/** Projections of what happened, for people and tools outside. They may lag; they never block a run. */
export interface Projections {
  /** Present state of a run for the state file, made when the file is written; null takes it out. */
  state(run: string, entry: (() => Json) | null): void;
  /** `seq` of the last record in the audit trail; a start hands over what the journal has from there on. */
  audited(): number;
  /** Lines of the audit trail; those it has already change nothing. */
  audit(lines: readonly AuditLine[]): void;
  flush(): Promise<void>;
}

export interface AuditLine {
  readonly seq: number;
  readonly index: number;
  readonly at: number;
  readonly text: string;
}

/** How many tasks an agent takes at once and how often; agents not listed have no limit. */
export interface AgentLimits {
  limitOf(agent: string): AgentLimit | null;
  /** Names of all agents that have one. */
  limited(): readonly string[];
}

export interface AgentLimit {
  /** Open attempts at a time, or null. */
  readonly concurrency: number | null;
  /** At most `count` dispatches in any `per` ms, or null. */
  readonly rate: { readonly count: number; readonly per: number } | null;
}

/** `L0` … `L3` to the entries (`user:…`, `role:…`, `channel:…`) that have it. */
export type Levels = Readonly<Partial<Record<AgentLevel, readonly string[]>>>;

/** Randomness: at least 32 characters of `0-9a-z`, new on every call. */
export type Entropy = () => string;
