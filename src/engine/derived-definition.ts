/**
 * Definitions made from another one for a run that comes of its runs: the steps after a failure, and
 * what undoes a run. What is the first run's own business (limits, checks, schedules, what follows
 * its failure) is left out.
 */
import type { SimpleTaskDefinition, WorkflowDefinition } from './definition.ts';

/** `owner` with other tasks, under another name. */
export const derivedDefinition = (
  owner: Omit<WorkflowDefinition, 'failureWorkflow'>,
  given: Pick<WorkflowDefinition, 'id' | 'name' | 'description' | 'tasks'> &
    Partial<Pick<WorkflowDefinition, 'input'>>,
): WorkflowDefinition => ({
  ...owner,
  output: [],
  timeout: null,
  failureWorkflow: null,
  monitoring: { reportFrequency: null, logTo: null, metrics: [], alerts: [] },
  preChecks: [],
  postChecks: [],
  concurrency: null,
  rate: null,
  schedules: [],
  ...given,
});

/** One of its tasks: one that fails for good keeps none of the others from being done. */
export const derivedTask = (
  given: Pick<
    SimpleTaskDefinition,
    | 'id'
    | 'name'
    | 'agentLevel'
    | 'dependsOn'
    | 'executor'
    | 'input'
    | 'priority'
    | 'retry'
    | 'timeout'
  >,
): SimpleTaskDefinition => ({
  type: 'SIMPLE',
  description: null,
  parallelWith: [],
  when: null,
  output: [],
  outputTo: null,
  sideEffects: [],
  onFailure: 'continue',
  compensate: null,
  concurrencyKey: null,
  heartbeat: null,
  queueTimeout: null,
  ...given,
});
