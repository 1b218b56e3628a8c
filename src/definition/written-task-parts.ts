/** The parts that a task is written with. */
import { z } from 'zod';
import { parseDuration } from '../../grammar/duration.ts';
import { knownFunctions } from './functions.ts';
import {
  anyMap,
  anything,
  condition,
  count,
  duration,
  idList,
  listOf,
  text,
  word,
} from './written-parts.ts';

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

export const caseValue = z
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

export const agentName = text.describe('Name of the agent that does the work');

export const functionName = z
  .string()
  .nullish()
  .meta({ examples: [...knownFunctions] });

export const writtenCompensation = z.looseObject({
  assigned_to: agentName,
  function: functionName,
  input: anyMap,
  timeout: duration.describe('For one attempt (60s for agents; 0 for none)'),
  retry_policy: writtenRetry.nullish(),
});

const every = z.looseObject({
  every: duration,
  at_most: count.describe('How often it is asked again (5)'),
});

export const writtenReminders = z
  .union([z.string(), z.number(), z.array(z.union([z.string(), z.number()])), every], {
    error: 'Expected durations after the question, or a map with every',
  })
  .refine((value) => typeof value === 'object' || parseDuration(value) !== null, {
    error: (issue) => `${JSON.stringify(issue.input)} is not a duration`,
    params: { code: 'DEF103' },
  })
  .nullish();

/** A duration that may be a template. */
export const writtenWait = z
  .union([z.string(), z.number()], { error: 'Expected a duration such as 90s, or a template' })
  .refine((value) => String(value).includes('${') || parseDuration(value) !== null, {
    error: (issue) => `${JSON.stringify(issue.input)} is not a duration`,
    params: { code: 'DEF103' },
  })
  .nullish();

export type WrittenRetry = z.output<typeof writtenRetry>;
export type WrittenCase = z.output<typeof caseValue>;

/** The tasks a case leads to, whichever way it is written. */
export const targetsOf = (value: WrittenCase | undefined): readonly string[] => {
  if (value === null || value === undefined) return [];
  if (typeof value === 'string' || Array.isArray(value)) return listOf(value);
  return [...listOf(value.next_tasks), ...listOf(value.next)];
};
