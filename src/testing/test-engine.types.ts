/** What a test can ask of the engine on a virtual clock. */
import type { AgentTask, AnswerVerdict } from '../agents/queue.ts';
import type { RunView, WhyView } from '../engine/view.types.ts';
import type { Json, JsonObject } from '../lib/json.ts';
import type {
  Engine,
  Identity,
  OperatorCommand,
  OperatorResult,
  StartResult,
} from '../runtime/engine.ts';
import type { AgentLimit, Levels } from '../runtime/ports.ts';
import type { DefinitionSource } from './memory-catalog.ts';

/** What {@link createTestEngine} takes. */
export interface TestEngineOptions {
  /** YAML texts of definitions, or definitions. */
  readonly definitions: readonly DefinitionSource[];
  /** Virtual time at the start, ms since the epoch. Default: 2026-01-01T00:00:00Z. */
  readonly now?: number;
  /** Files of the station, text by path. */
  readonly files?: Readonly<Record<string, string>>;
  /** Whether a path without a file exists all the same. Default: every path does. */
  readonly exists?: (path: string) => boolean;
  /** Limits by agent name; agents not named have none. */
  readonly limits?: Readonly<Record<string, AgentLimit>>;
  /** Levels as in `.3ox/settings.yaml`. */
  readonly levels?: Levels;
}

/** How a run is started in a test. */
export interface TestStart {
  readonly version?: number;
  readonly by?: Identity;
  /** Idempotency key. */
  readonly key?: string;
}

/** What an agent answers in a test. */
export type TestAnswer =
  | { readonly complete: Json }
  | {
      readonly fail: {
        readonly type?: string | undefined;
        readonly message?: string | undefined;
        readonly retryable?: boolean | null | undefined;
        /** ms, or a duration such as `5s`. */
        readonly retry_after?: number | string | null | undefined;
        readonly output?: Json | undefined;
      };
    }
  /** Gives the task back: the same attempt is offered again after that time. */
  | { readonly defer: number | string };

/** One open offer, by the task's own id and, when it matters, which attempt is meant. */
export interface TestTarget {
  readonly run: string;
  readonly task: string;
  /** Default: none is named, as an agent written to the user's guide does. */
  readonly lease?: string | null;
  readonly attempt?: number | null;
}

/** An engine under test. */
export interface TestEngine {
  /** The Engine port itself, for everything that has no shorthand here. */
  readonly engine: Engine;
  /** Text files the engine wrote, by station path. */
  readonly files: ReadonlyMap<string, string>;
  /** Virtual time, ms since the epoch. */
  now(): number;
  /** Starts a run. Values are typed as a YAML or JSON file would type them. */
  start(workflow: string, input?: JsonObject, options?: TestStart): Promise<StartResult>;
  /** Tasks on offer to agents, oldest first. */
  offered(): readonly AgentTask[];
  /** Takes an offer as an agent does; null when it is gone. */
  claim(target: TestTarget, agent?: string): Promise<AgentTask | null>;
  progress(target: TestTarget, percent: number | null, message: string): Promise<void>;
  /** Answers for an agent; the verdict says whether it counted. */
  answer(target: TestTarget, answer: TestAnswer): Promise<AnswerVerdict>;
  operate(
    command: OperatorCommand,
    options?: { readonly by?: Identity; readonly dryRun?: boolean },
  ): Promise<OperatorResult>;
  /** `run/1` of a run. @throws Error when there is none */
  status(run: string): Promise<RunView>;
  why(run: string): Promise<WhyView>;
  /** Moves time on, stopping at every instant at which something falls due. */
  advance(duration: number | string): Promise<void>;
  /** The next instant at which something falls due, ms since the epoch, or null. */
  nextTimer(): number | null;
  /** Kills the engine and starts it again on what its journal acknowledged. */
  restart(): Promise<void>;
  stop(): Promise<void>;
}
