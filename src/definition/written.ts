/**
 * The written form of a definition, as zod schemas: what `validate` checks first and what the
 * JSON schema for editors is made from. Extra keys are kept.
 */
import { z } from 'zod';
import { alertActions, failureActions } from './functions.ts';
import { anyMap, anything, duration, flag, nameList, text, texts, word } from './written-parts.ts';
import {
  writtenConcurrency,
  writtenLimits,
  writtenRate,
  writtenSchedule,
  writtenSchedules,
} from './written-limits.ts';
import {
  writtenCase,
  writtenCompensation,
  writtenNotification,
  writtenOnTimeout,
  writtenRetry,
  writtenSideEffect,
} from './written-task-parts.ts';
import { TASK_KEYS, writtenTask } from './written-task.ts';

const step = z.looseObject({
  id: text,
  action: z.string().meta({ examples: [...failureActions] }),
});

const writtenFailure = z.looseObject({
  id: text,
  description: anything,
  steps: z
    .array(z.union([z.string(), step], { error: 'Expected an action, or a map with action' }))
    .nullish(),
});

const alert = z.looseObject({
  condition: z.union([z.string(), z.boolean()], { error: 'Expected a condition' }),
  action: z.string().meta({ examples: [...alertActions] }),
});

const writtenMonitoring = z.looseObject({
  report_frequency: text,
  log_to: text,
  metrics: texts,
  alerts: z.array(alert).nullish(),
});

const writtenPermissions = z.looseObject({
  who_can_start: texts,
  who_can_approve: texts,
  read_access: texts,
  write_access: texts,
  forbidden_operations: texts,
});

const check = z.union([z.string(), z.looseObject({ check: z.string(), error: text })], {
  error: 'Expected the name of a check, or a map with check and error',
});

const writtenValidation = z.looseObject({
  schema_version: text,
  pre_execution_checks: z.array(check).nullish(),
  post_execution_checks: z.array(check).nullish(),
});

const writtenInput = z.looseObject({ required: nameList, optional: nameList });

export const writtenInputForm = z.looseObject({
  type: word(['string', 'number', 'boolean', 'list', 'object', 'path', 'duration']),
  description: anything,
  default: anything,
  enum: z.array(z.unknown()).nullish(),
  pattern: text,
  secret: flag,
  required: flag,
});

export const writtenWorkflow = z.looseObject({
  id: z.string().describe('Unique in the station, compared without case'),
  name: text,
  version: z.int().min(1, { error: 'Expected a whole number from 1' }).nullish(),
  description: anything,
  category: text,
  owner: text,
  metadata: anyMap,
  input: z
    .union([writtenInput, z.array(z.unknown())], {
      error: 'Expected required: and optional: lists',
    })
    .nullish(),
  output: nameList,
  tasks: z.array(writtenTask),
  timeout: duration.describe('Limit for the run; paused time and waits for people do not count'),
  timeout_policy: word(['FAIL', 'ALERT_ONLY']),
  failure_workflow: z
    .union([z.string(), writtenFailure], {
      error: 'Expected the id of a definition, or a map with steps',
    })
    .nullish(),
  monitoring: writtenMonitoring.nullish(),
  permissions: writtenPermissions.nullish(),
  validation: writtenValidation.nullish(),
  concurrency: writtenConcurrency.nullish(),
  rate: writtenRate,
  limits: writtenLimits,
  schedule: writtenSchedules,
});

export type WrittenWorkflow = z.output<typeof writtenWorkflow>;

/** The whole file. */
export const writtenFile = z.looseObject({ workflow: writtenWorkflow });

/**
 * Known keys by place; `*` stands for any key or index, `tasks` for tasks wherever they stand.
 * What is not here is not looked at.
 */
export const knownKeys: readonly { readonly path: string; readonly keys: readonly string[] }[] = [
  { path: 'workflow', keys: Object.keys(writtenWorkflow.shape) },
  { path: 'workflow.concurrency', keys: Object.keys(writtenConcurrency.shape) },
  { path: 'workflow.schedule', keys: Object.keys(writtenSchedule.shape) },
  { path: 'workflow.schedule.*', keys: Object.keys(writtenSchedule.shape) },
  { path: 'workflow.monitoring', keys: Object.keys(writtenMonitoring.shape) },
  { path: 'workflow.monitoring.alerts.*', keys: Object.keys(alert.shape) },
  { path: 'workflow.permissions', keys: Object.keys(writtenPermissions.shape) },
  { path: 'workflow.validation', keys: Object.keys(writtenValidation.shape) },
  { path: 'workflow.failure_workflow', keys: Object.keys(writtenFailure.shape) },
  { path: 'tasks', keys: TASK_KEYS },
  { path: 'tasks.retry_policy', keys: Object.keys(writtenRetry.shape) },
  { path: 'tasks.decision_cases.*', keys: Object.keys(writtenCase.shape) },
  { path: 'tasks.default_case', keys: Object.keys(writtenCase.shape) },
  { path: 'tasks.notification', keys: Object.keys(writtenNotification.shape) },
  { path: 'tasks.on_timeout', keys: Object.keys(writtenOnTimeout.shape) },
  { path: 'tasks.side_effects.*', keys: Object.keys(writtenSideEffect.shape) },
  { path: 'tasks.compensate', keys: Object.keys(writtenCompensation.shape) },
  { path: 'tasks.compensate.retry_policy', keys: Object.keys(writtenRetry.shape) },
];
