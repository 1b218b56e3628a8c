/** How often and when runs of a definition start, as it is written. */
import { Cron } from 'croner';
import { z } from 'zod';
import { parseRate } from '../../grammar/rate.ts';
import { anyMap, count, text, word } from './written-parts.ts';

export const writtenConcurrency = z.looseObject({
  max_runs: count.describe('Runs of the definition at a time'),
  key: text.describe('Template of the input: one run per text at a time'),
  on_conflict: word(['queue', 'reject', 'cancel_running']).describe('(queue)'),
});

export const writtenRate = z
  .string()
  .refine((value) => parseRate(value) !== null, { error: 'Expected a rate such as 10 per 1m' })
  .describe('At most so many per duration: 10 per 1m')
  .nullish();

const writtenLimit = z.looseObject({ concurrency: count, rate: writtenRate });

export const writtenLimits = z
  .record(
    z.string(),
    z.union([z.int().min(1), writtenLimit], {
      error: 'Expected a number from 1, or a map with concurrency and rate',
    }),
  )
  .nullish()
  .describe('Places by concurrency_key; a key that is not named has one');

/** Null, or what is wrong with the expression. */
const cronProblem = (cron: string): string | null => {
  try {
    return new Cron(cron, { paused: true }).getPattern() === undefined ? 'It never comes' : null;
  } catch (error) {
    return error instanceof Error ? error.message.replace(/^CronPattern: /u, '') : String(error);
  }
};

const isTimezone = (name: string): boolean => {
  try {
    return new Intl.DateTimeFormat('en', { timeZone: name }).format(0) !== '';
  } catch {
    return false;
  }
};

export const writtenSchedule = z.looseObject({
  cron: z
    .string()
    .refine((cron) => cronProblem(cron) === null, {
      error: ({ input }) => cronProblem(String(input)) ?? 'Expected a cron expression',
    })
    .describe('Minute, hour, day, month, weekday; a sixth field before them is seconds'),
  timezone: z
    .string()
    .refine(isTimezone, { error: 'Expected a time zone such as Europe/Vienna' })
    .nullish()
    .describe('(UTC)'),
  overlap: word(['skip', 'queue', 'cancel_running']).describe(
    'When the run before it is open: leave it out, start it after, or cancel that one (skip)',
  ),
  catch_up: z
    .union([z.boolean(), z.enum(['none', 'last', 'all'])], {
      error: 'Expected true, false, none, last or all',
    })
    .nullish()
    .describe('Starts missed while the bridge was down: true is last (none)'),
  input: anyMap,
});

export const writtenSchedules = z
  .union([writtenSchedule, z.array(writtenSchedule)], {
    error: 'Expected a map with cron, or a list of them',
  })
  .nullish();
