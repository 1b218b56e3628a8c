/** Definitions for tests: everything that is not said has the loader's default. */
import type {
  SimpleTaskDefinition,
  TaskCommon,
  TaskDefinition,
  WorkflowDefinition,
} from '../../src/engine/definition.ts';

export const definition = (
  over: Partial<WorkflowDefinition> & { readonly tasks: readonly TaskDefinition[] },
): WorkflowDefinition => ({
  id: 'test-flow',
  name: 'Test flow',
  version: 1,
  description: null,
  category: null,
  owner: null,
  metadata: {},
  input: [],
  output: [],
  timeout: null,
  timeoutPolicy: 'FAIL',
  failureWorkflow: null,
  monitoring: { reportFrequency: null, logTo: null, metrics: [], alerts: [] },
  permissions: {
    whoCanStart: null,
    whoCanApprove: null,
    readAccess: null,
    writeAccess: null,
    forbiddenOperations: [],
  },
  preChecks: [],
  postChecks: [],
  concurrency: null,
  rate: null,
  limits: {},
  schedules: [],
  ...over,
});

export const common = (id: string): TaskCommon => ({
  id,
  name: id,
  description: null,
  dependsOn: [],
  parallelWith: [],
  when: null,
  agentLevel: null,
  retry: {
    maxAttempts: 1,
    backoff: 'fixed',
    initialDelay: 1_000,
    maxDelay: 60_000,
    jitter: null,
    retryOn: null,
    dontRetryOn: [],
    totalTimeout: null,
  },
  input: {},
  output: [],
  outputTo: null,
  sideEffects: [],
  onFailure: 'fail',
  priority: 0,
  compensate: null,
  concurrencyKey: null,
});

export const simple = (
  id: string,
  over: Partial<SimpleTaskDefinition> = {},
): SimpleTaskDefinition => ({
  ...common(id),
  type: 'SIMPLE',
  executor: { kind: 'agent', name: 'WORKER' },
  timeout: 60_000,
  heartbeat: null,
  queueTimeout: null,
  ...over,
});
