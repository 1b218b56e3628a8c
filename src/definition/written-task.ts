/** A task as it is written. One shape for every type: what belongs to which is checked later. */
import { z } from 'zod';
import { knownFunctions } from './functions.ts';
import {
  anyMap,
  anything,
  condition,
  count,
  duration,
  flag,
  idList,
  listOf,
  nameList,
  text,
  word,
} from './written-parts.ts';

export const TASK_TYPES = ['SIMPLE', 'DECISION', 'HUMAN', 'FORK', 'JOIN'] as const;

export const writtenRetry = z.looseObject({
  max_attempts: count.describe('Attempts in all, the first included (1)'),
  backoff_strategy: word(['fixed', 'linear', 'exponential']),
  backoff: word(['fixed', 'linear', 'exponential']).describe('Another name of backoff_strategy'),
  initial_delay: duration.describe('Before the second attempt (1s)'),
  max_delay: duration.describe('Cap of the delay (60s)'),
  jitter: z
    .union([z.number().min(0), z.string()], { error: 'Expected a duration or a fraction' })
    .describe('A duration adds up to that much, a fraction up to that part of the delay')
    .nullish(),
  retry_on_error_types: z.array(z.string()).nullish(),
  dont_retry_on: z.array(z.string()).nullish(),
  total_timeout: duration,
});

export const writtenCase = z.looseObject({
  description: anything,
  condition,
  next_tasks: idList,
  next: idList.describe('Another name of next_tasks'),
});

const caseValue = z
  .union([z.string(), z.array(z.string()), writtenCase], {
    error: 'Expected a task id, a list of them, or a map with next_tasks',
  })
  .nullable();

export const writtenSideEffect = z.looseObject({
  condition,
  action: word(['create_file']),
  file: z.string(),
  content: anything,
});

export const writtenNotification = z.looseObject({
  channels: z
    .union([z.string(), z.array(z.string())], { error: 'Expected a list of channels' })
    .nullish(),
  urgency: text,
});

export const writtenOnTimeout = z.looseObject({ action: text, next_task: text });

export const writtenTask = z.looseObject({
  id: z.string().describe('Letters, digits, ".", "_" and "-"; names the task in templates'),
  name: text,
  description: anything,
  type: z
    .string()
    .nullish()
    .meta({ enum: [...TASK_TYPES], description: 'SIMPLE when left out' }),
  depends_on: idList.describe('Tasks that come before this one'),
  parallel_with: idList.describe('Says that these run at the same time; checked, adds no order'),
  when: condition.describe('false: the task is SKIPPED'),
  agent_level: word(['L0', 'L1', 'L2', 'L3']),
  assigned_to: text.describe('Name of the agent that does the work'),
  function: z
    .string()
    .nullish()
    .meta({ examples: [...knownFunctions] }),
  timeout: duration.describe('For one attempt, from dispatch (60s for agents; 0 for none)'),
  heartbeat: duration.describe('Without news for that long the attempt has timed out (off)'),
  queue_timeout: duration.describe('Ends an attempt that nobody claimed (off)'),
  retry_policy: writtenRetry.nullish(),
  input: anyMap.describe('What the agent gets; values may hold ${…}'),
  output: nameList,
  output_to: text.describe('Path in the station where the output is also written'),
  side_effects: z.array(writtenSideEffect).nullish(),
  on_failure: word(['fail', 'continue', 'fail_after_siblings']),
  optional: flag.describe('true is on_failure: continue'),
  priority: z.number().nullish(),
  decision_param: anything,
  decision_cases: z.record(z.string(), caseValue).nullish(),
  default_case: caseValue.optional(),
  approval_options: nameList,
  approval_timeout: duration,
  notification: writtenNotification.nullish(),
  on_timeout: z
    .union([z.string(), writtenOnTimeout], { error: 'Expected an action, or a map with action' })
    .nullish(),
  quorum: count,
  allow_requester: flag,
  tasks: idList.describe('FORK: the tasks that start each branch'),
  mode: z
    .union([z.enum(['all', 'any']), z.int().min(1)], { error: 'Expected all, any or a number' })
    .nullish(),
});

export type WrittenTask = z.output<typeof writtenTask>;
export type WrittenCase = z.output<typeof caseValue>;

/** The tasks a case leads to, whichever way it is written. */
export const targetsOf = (value: WrittenCase | undefined): readonly string[] => {
  if (value === null || value === undefined) return [];
  if (typeof value === 'string' || Array.isArray(value)) return listOf(value);
  return [...listOf(value.next_tasks), ...listOf(value.next)];
};
