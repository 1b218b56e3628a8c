/** Definitions for tests of the engine, in a few words: every field has a default. */
import { definition } from './definition.ts';
import type {
  InputDefinition,
  RetryPolicy,
  TaskDefinition,
  WorkflowDefinition,
} from '../../src/engine/definition.ts';

const NO_RETRY: RetryPolicy = {
  maxAttempts: 1,
  backoff: 'fixed',
  initialDelay: 1000,
  maxDelay: 60_000,
  jitter: null,
  retryOn: null,
  dontRetryOn: [],
  totalTimeout: null,
};

export const retry = (policy: Partial<RetryPolicy>): RetryPolicy => ({ ...NO_RETRY, ...policy });

type Of<T extends TaskDefinition['type']> = Extract<TaskDefinition, { type: T }>;
type Rest<T extends TaskDefinition['type']> = Partial<Omit<Of<T>, 'id' | 'type'>>;

const common = (id: string) => ({
  id,
  name: id,
  description: null,
  dependsOn: [],
  parallelWith: [],
  when: null,
  agentLevel: null,
  retry: NO_RETRY,
  input: {},
  output: [],
  outputTo: null,
  sideEffects: [],
  onFailure: 'fail' as const,
  priority: 0,
  compensate: null,
  concurrencyKey: null,
});

export const simple = (id: string, rest: Rest<'SIMPLE'> = {}): Of<'SIMPLE'> => ({
  ...common(id),
  type: 'SIMPLE',
  executor: { kind: 'agent', name: 'AGENT' },
  timeout: 60_000,
  heartbeat: null,
  queueTimeout: null,
  ...rest,
});

export const decision = (id: string, rest: Rest<'DECISION'> = {}): Of<'DECISION'> => ({
  ...common(id),
  type: 'DECISION',
  param: null,
  cases: [],
  defaultCase: null,
  ...rest,
});

/** A case of a decision. */
export const to = (key: string, nextTasks: readonly string[], condition: string | null = null) => ({
  key,
  description: null,
  condition,
  nextTasks,
});

export const human = (id: string, rest: Rest<'HUMAN'> = {}): Of<'HUMAN'> => ({
  ...common(id),
  type: 'HUMAN',
  options: ['APPROVE', 'REJECT', 'ABORT'],
  approvalTimeout: null,
  notification: { channels: [], urgency: 'normal' },
  onTimeout: { action: 'FAIL', nextTask: null },
  quorum: 1,
  allowRequester: false,
  optionDetails: {},
  reminders: [],
  ...rest,
});

export const fork = (
  id: string,
  branches: readonly string[],
  rest: Rest<'FORK'> = {},
): Of<'FORK'> => ({
  ...common(id),
  type: 'FORK',
  branches,
  ...rest,
});

export const join = (
  id: string,
  dependsOn: readonly string[],
  rest: Rest<'JOIN'> = {},
): Of<'JOIN'> => ({ ...common(id), type: 'JOIN', mode: 'all', dependsOn, ...rest });

export const subWorkflow = (
  id: string,
  workflow: string,
  rest: Rest<'SUB_WORKFLOW'> = {},
): Of<'SUB_WORKFLOW'> => ({
  ...common(id),
  type: 'SUB_WORKFLOW',
  workflow,
  version: null,
  timeout: null,
  ...rest,
});

export const each = (
  id: string,
  body: Of<TaskDefinition['type']>,
  rest: Rest<'FOR_EACH'> = {},
): Of<'FOR_EACH'> => ({
  ...common(id),
  type: 'FOR_EACH',
  items: '${workflow.input.items}',
  as: 'item',
  itemKey: null,
  concurrency: 100,
  body: renamed(body, id),
  ...rest,
});

/** What is done with an item has the id of its FOR_EACH, however deep. */
const renamed = (body: TaskDefinition, id: string): TaskDefinition =>
  body.type === 'FOR_EACH' ? { ...body, id, body: renamed(body.body, id) } : { ...body, id };

export const loop = (
  id: string,
  members: readonly TaskDefinition[],
  rest: Rest<'DO_WHILE'> = {},
): Of<'DO_WHILE'> => ({
  ...common(id),
  type: 'DO_WHILE',
  members,
  while: 'false',
  maxIterations: 10,
  ...rest,
});

export const wait = (
  id: string,
  waitFor: Of<'WAIT'>['wait'],
  rest: Rest<'WAIT'> = {},
): Of<'WAIT'> => ({ ...common(id), type: 'WAIT', wait: waitFor, timeout: null, ...rest });

export const signal = (name: string) => ({ kind: 'signal', name }) as const;

export const terminate = (id: string, rest: Rest<'TERMINATE'> = {}): Of<'TERMINATE'> => ({
  ...common(id),
  type: 'TERMINATE',
  status: 'COMPLETED',
  reason: null,
  runOutput: null,
  ...rest,
});

export const setVariable = (
  id: string,
  variables: Of<'SET_VARIABLE'>['variables'],
  rest: Rest<'SET_VARIABLE'> = {},
): Of<'SET_VARIABLE'> => ({ ...common(id), type: 'SET_VARIABLE', variables, ...rest });

export const input = (name: string, rest: Partial<InputDefinition> = {}): InputDefinition => ({
  name,
  required: false,
  type: null,
  description: null,
  default: null,
  enum: null,
  pattern: null,
  secret: false,
  ...rest,
});

export const workflow = (
  tasks: readonly TaskDefinition[],
  rest: Partial<WorkflowDefinition> = {},
): WorkflowDefinition => definition({ tasks, ...rest });
