/**
 * A workflow definition as the engine knows it: every default filled in, every second
 * spelling turned into the first, durations in milliseconds. `src/definition` makes it from
 * YAML; a run keeps a copy of it for ever, so this shape is journaled: add fields, never change one.
 * Conditions and templates stay source text; they were checked when the file was loaded.
 */
import type { Json, JsonObject } from '../lib/json.ts';

export interface WorkflowDefinition {
  readonly id: string;
  readonly name: string;
  readonly version: number;
  readonly description: string | null;
  readonly category: string | null;
  readonly owner: string | null;
  readonly metadata: JsonObject;
  readonly input: readonly InputDefinition[];
  readonly output: readonly OutputDefinition[];
  readonly tasks: readonly TaskDefinition[];
  /** Run time limit in ms, or null for none. */
  readonly timeout: number | null;
  readonly timeoutPolicy: 'FAIL' | 'ALERT_ONLY';
  readonly failureWorkflow: FailureWorkflow | null;
  readonly monitoring: Monitoring;
  readonly permissions: Permissions;
  readonly preChecks: readonly Check[];
  readonly postChecks: readonly Check[];
}

export type InputType = 'string' | 'number' | 'boolean' | 'list' | 'object' | 'path' | 'duration';

export interface InputDefinition {
  readonly name: string;
  readonly required: boolean;
  /** null: any value goes. */
  readonly type: InputType | null;
  readonly description: string | null;
  /** Used when the input is not given; null for required inputs and for optional ones without default. */
  readonly default: Json;
  readonly enum: readonly Json[] | null;
  /** Regular expression source that text must match as a whole, or null. */
  readonly pattern: string | null;
  readonly secret: boolean;
}

export interface OutputDefinition {
  readonly name: string;
  readonly description: string | null;
  /** Value with templates, computed when the run ends; null: look the name up among task outputs. */
  readonly value: Json;
}

export type AgentLevel = 'L0' | 'L1' | 'L2' | 'L3';

export interface TaskCommon {
  readonly id: string;
  readonly name: string;
  readonly description: string | null;
  readonly dependsOn: readonly string[];
  readonly parallelWith: readonly string[];
  /** Condition source; false means SKIPPED. */
  readonly when: string | null;
  readonly agentLevel: AgentLevel | null;
  readonly retry: RetryPolicy;
  readonly input: JsonObject;
  readonly output: readonly OutputDefinition[];
  /** Station path (may hold templates) where the output is also written as YAML. */
  readonly outputTo: string | null;
  readonly sideEffects: readonly SideEffect[];
  readonly onFailure: 'fail' | 'continue' | 'fail_after_siblings';
  readonly priority: number;
}

export type TaskDefinition =
  | SimpleTaskDefinition
  | DecisionTaskDefinition
  | HumanTaskDefinition
  | ForkTaskDefinition
  | JoinTaskDefinition;

export type TaskType = TaskDefinition['type'];

/** Work for an agent (`executor.kind: agent`) or for a function of the bridge itself. */
export interface SimpleTaskDefinition extends TaskCommon {
  readonly type: 'SIMPLE';
  readonly executor:
    | { readonly kind: 'agent'; readonly name: string }
    | { readonly kind: 'function'; readonly name: string };
  /** Attempt time limit in ms from dispatch; null for none (`timeout: 0`). */
  readonly timeout: number | null;
  /** Lease in ms, or null when off. */
  readonly heartbeat: number | null;
  /** Limit in ms for an attempt that nobody claims, or null when off. */
  readonly queueTimeout: number | null;
}

export interface DecisionTaskDefinition extends TaskCommon {
  readonly type: 'DECISION';
  /** Template source, or null: the first case whose condition holds. */
  readonly param: Json;
  readonly cases: readonly DecisionCase[];
  /** null: no default case is written; `[]`: an explicitly empty one. */
  readonly defaultCase: readonly string[] | null;
}

export interface DecisionCase {
  readonly key: string;
  readonly description: string | null;
  readonly condition: string | null;
  readonly nextTasks: readonly string[];
}

export interface HumanTaskDefinition extends TaskCommon {
  readonly type: 'HUMAN';
  readonly options: readonly string[];
  /** ms, or null: waits for ever. */
  readonly approvalTimeout: number | null;
  readonly notification: {
    readonly channels: readonly string[];
    readonly urgency: string;
  };
  readonly onTimeout: {
    /** An option's name, or one of the four actions. */
    readonly action: string;
    readonly nextTask: string | null;
  };
  readonly quorum: number;
  readonly allowRequester: boolean;
}

export interface ForkTaskDefinition extends TaskCommon {
  readonly type: 'FORK';
  readonly branches: readonly string[];
}

export interface JoinTaskDefinition extends TaskCommon {
  readonly type: 'JOIN';
  /** How many dependencies must succeed; `all` counts every one that is not skipped. */
  readonly mode: 'all' | 'any' | number;
}

export interface RetryPolicy {
  readonly maxAttempts: number;
  readonly backoff: 'fixed' | 'linear' | 'exponential';
  readonly initialDelay: number;
  readonly maxDelay: number;
  /** Adds 0..value ms (`absolute`) or 0..value of the delay (`fraction`); null for none. */
  readonly jitter: { readonly kind: 'absolute' | 'fraction'; readonly value: number } | null;
  /** null: every type is retried. */
  readonly retryOn: readonly string[] | null;
  readonly dontRetryOn: readonly string[];
  /** ms from the generation's first dispatch of the task, or null. */
  readonly totalTimeout: number | null;
}

export interface SideEffect {
  readonly condition: string | null;
  readonly action: 'create_file';
  readonly file: string;
  readonly content: Json;
}

/** Another definition, or built-in steps turned into a definition of their own. */
export type FailureWorkflow =
  | { readonly kind: 'definition'; readonly id: string }
  | { readonly kind: 'steps'; readonly definition: WorkflowDefinition };

export interface Monitoring {
  readonly reportFrequency: string | null;
  readonly logTo: string | null;
  readonly metrics: readonly string[];
  readonly alerts: readonly { readonly condition: string; readonly action: string }[];
}

export interface Permissions {
  /** Entries such as `L0:COMMANDER`, `L1`, `user:42`, `role:Captain`; null: everybody. */
  readonly whoCanStart: readonly string[] | null;
  readonly whoCanApprove: readonly string[] | null;
  /** Path prefixes or input names; null: no restriction beyond the station. */
  readonly readAccess: readonly string[] | null;
  readonly writeAccess: readonly string[] | null;
  readonly forbiddenOperations: readonly string[];
}

export interface Check {
  readonly check: string;
  /** What to tell the person when it fails. */
  readonly error: string | null;
}
