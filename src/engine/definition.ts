/**
 * A workflow definition as the engine knows it: every default filled in, every second
 * spelling turned into the first, durations in milliseconds. `src/definition` makes it from
 * YAML; a run keeps a copy of it for ever, so this shape is journaled: add fields, never change one.
 * Conditions and templates stay source text; they were checked when the file was loaded.
 * Long because it is one shape: every type of task and setting, nothing else.
 */
import type { Rate } from '../../grammar/rate.ts';
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
  /** How many runs of this definition there may be at a time, or null for any number. */
  readonly concurrency: RunConcurrency | null;
  /** How many runs may start per duration, or null for any number. */
  readonly rate: Rate | null;
  /** Places by `concurrency_key`; a key that is not named here has one place. */
  readonly limits: Readonly<Record<string, KeyLimit>>;
  readonly schedules: readonly Schedule[];
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
  /** What undoes the completed task when its run fails, or null for nothing. */
  readonly compensate: Compensation | null;
  /** Text with templates; open attempts with the same text share the places of `limits`. */
  readonly concurrencyKey: string | null;
}

export type TaskDefinition =
  | SimpleTaskDefinition
  | DecisionTaskDefinition
  | HumanTaskDefinition
  | ForkTaskDefinition
  | JoinTaskDefinition
  | SubWorkflowTaskDefinition
  | ForEachTaskDefinition
  | WaitTaskDefinition
  | TerminateTaskDefinition
  | SetVariableTaskDefinition
  | DoWhileTaskDefinition;

export type TaskType = TaskDefinition['type'];

/** Who does the work: an agent, or a function of the bridge itself. */
export interface Executor {
  readonly kind: 'agent' | 'function';
  readonly name: string;
}

export interface SimpleTaskDefinition extends TaskCommon {
  readonly type: 'SIMPLE';
  readonly executor: Executor;
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
  /** What is said about options beyond their names, by name. */
  readonly optionDetails: Readonly<Record<string, OptionDetails>>;
  /** ms after the question at which it is asked again, in order. */
  readonly reminders: readonly number[];
}

export interface OptionDetails {
  readonly description: string | null;
  /** An earlier task that the option sends the work back to, or null: it goes on. */
  readonly backTo: string | null;
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

/** Runs another definition as a run of its own. */
export interface SubWorkflowTaskDefinition extends TaskCommon {
  readonly type: 'SUB_WORKFLOW';
  /** Id of the other definition; may hold templates. */
  readonly workflow: string;
  /** null: the highest. */
  readonly version: number | null;
  /** Limit in ms for the child, or null for none. */
  readonly timeout: number | null;
}

export interface ForEachTaskDefinition extends TaskCommon {
  readonly type: 'FOR_EACH';
  /** Template of a list, or the list. */
  readonly items: Json;
  /** Name of the item in templates of `body`, beside `item`. */
  readonly as: string;
  /** Template of an item's key, or null: the item's text, or its `key`, `id`, `name` or `path`. */
  readonly itemKey: string | null;
  /** How many items are under way at a time. */
  readonly concurrency: number;
  /** What is done with each item; its id is the id of this task. */
  readonly body: TaskDefinition;
}

export interface WaitTaskDefinition extends TaskCommon {
  readonly type: 'WAIT';
  readonly wait: WaitFor;
  /** Limit in ms, or null for none. */
  readonly timeout: number | null;
}

export type WaitFor =
  /** ms, or a template of a duration. */
  | { readonly kind: 'duration'; readonly value: number | string }
  /** ISO-8601 text, or a template of one; without a zone it is UTC. */
  | { readonly kind: 'until'; readonly value: string }
  | { readonly kind: 'signal'; readonly name: string };

export interface TerminateTaskDefinition extends TaskCommon {
  readonly type: 'TERMINATE';
  readonly status: 'COMPLETED' | 'FAILED' | 'CANCELLED';
  /** Text with templates, or null. */
  readonly reason: string | null;
  /** Value with templates that replaces the run's output, or null: it is computed. */
  readonly runOutput: Json;
}

export interface SetVariableTaskDefinition extends TaskCommon {
  readonly type: 'SET_VARIABLE';
  readonly variables: JsonObject;
}

export interface DoWhileTaskDefinition extends TaskCommon {
  readonly type: 'DO_WHILE';
  /** In written order; their dependencies name each other alone. */
  readonly members: readonly TaskDefinition[];
  /** Condition source, evaluated after each iteration; true makes another one. */
  readonly while: string;
  readonly maxIterations: number;
}

/** A step that undoes a task. */
export interface Compensation {
  readonly executor: Executor;
  readonly input: JsonObject;
  /** Attempt time limit in ms, or null for none. */
  readonly timeout: number | null;
  readonly retry: RetryPolicy;
}

export interface RunConcurrency {
  /** Runs of the definition at a time, or null for any number. */
  readonly maxRuns: number | null;
  /** Text with templates of the input; one run per text at a time. null: no such limit. */
  readonly key: string | null;
  /** What becomes of the run that finds no place. */
  readonly onConflict: 'queue' | 'reject' | 'cancel_running';
}

export interface KeyLimit {
  /** Open attempts at a time. */
  readonly concurrency: number;
  readonly rate: Rate | null;
}

/** Starts runs by the clock. */
export interface Schedule {
  /** Five or six fields, or a name such as `@daily`. */
  readonly cron: string;
  /** IANA name. */
  readonly timezone: string;
  /** When the run before it is still open: leave this one out, start it after, or cancel that one. */
  readonly overlap: 'skip' | 'queue' | 'cancel_running';
  /** What is made up for after a time without the bridge: nothing, the last start, or every one. */
  readonly catchUp: 'none' | 'last' | 'all';
  readonly input: JsonObject;
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
