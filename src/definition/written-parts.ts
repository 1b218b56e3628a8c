/** Building blocks of the written form: what a value may look like in the file. */
import { z } from 'zod';
import { parseDuration } from '../../grammar/duration.ts';

const DURATION_FORM = 'a duration such as 90s, 5m or 1h30m';

/** A duration as written; a bare number is seconds. */
export const duration = z
  .union([z.string(), z.number()], { error: `Expected ${DURATION_FORM}` })
  .refine((value) => parseDuration(value) !== null, {
    error: (issue) => `${JSON.stringify(issue.input)} is not a duration`,
    params: { code: 'DEF103' },
  })
  .meta({ description: 'A number with ms, s, m, h, d or w, or several (1h30m); bare: seconds' })
  .nullish();

/** One id or a list of them. */
export const idList = z
  .union([z.string(), z.array(z.string())], {
    error: 'Expected the id of a task, or a list of ids',
  })
  .nullish();

/** A condition; `true` and `false` may be written bare. */
export const condition = z
  .union([z.string(), z.boolean()], { error: 'Expected a condition, such as retry_count > 5' })
  .nullish();

export const text = z.string().nullish();
export const flag = z.boolean().nullish();
export const count = z.int().min(1, { error: 'Expected a whole number from 1' }).nullish();
export const anything = z.unknown().optional();
export const anyMap = z.record(z.string(), z.unknown()).nullish();
export const texts = z
  .union([z.string(), z.array(z.string())], { error: 'Expected a text, or a list of texts' })
  .nullish();

/** Names, or maps of a name and what is said about it. */
export const nameList = z
  .union(
    [
      z.array(z.union([z.string(), z.record(z.string(), z.unknown())])),
      z.record(z.string(), z.unknown()),
    ],
    {
      error: 'Expected a list of names, or of maps such as - name: description',
    },
  )
  .nullish();

/** The words of a key, in the file and in editors. */
export const word = <const Words extends readonly [string, ...string[]]>(
  words: Words,
): z.ZodOptional<z.ZodNullable<z.ZodEnum<{ [Key in Words[number]]: Key }>>> =>
  z.enum(words).nullish();

/** A list as written once or several times. */
export const listOf = (value: string | readonly string[] | null | undefined): readonly string[] =>
  typeof value === 'string' ? [value] : (value ?? []);

/** ms, or null when absent or 0, which switches a limit off. */
export const limitOf = (value: string | number | null | undefined): number | null =>
  msOf(value) || null;

/** ms, or null when absent. */
export const msOf = (value: string | number | null | undefined): number | null =>
  value === null || value === undefined ? null : parseDuration(value);
