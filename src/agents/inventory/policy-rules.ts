/**
 * The rules a policy may state besides what is required and forbidden: their names, values and
 * written forms. Checking them is `compliance-rules.ts`.
 */
import { z } from 'zod';
import { sizeSchema as size } from '../size.ts';

const count = z.number({ error: 'expected a whole number' }).int().nonnegative();
const texts = z
  .union([z.string().min(1), z.array(z.string().min(1)).min(1)], {
    error: 'expected a text or a list of texts',
  })
  .transform((given): readonly string[] => (typeof given === 'string' ? [given] : given));
const on = z.literal(true, { error: 'expected true' }).nullish();

/** Files a rule looks at (a pattern), and words of the policy's own for a violation. */
const scope = { files: z.string().min(1).optional(), message: z.string().optional() };

const ruleSchema = z.discriminatedUnion('rule', [
  z.object({ rule: z.literal('max_file_size'), value: size, ...scope }),
  z.object({ rule: z.literal('max_total_size'), value: size, ...scope }),
  z.object({ rule: z.literal('max_files'), value: count, ...scope }),
  z.object({ rule: z.literal('no_empty_files'), value: on, ...scope }),
  z.object({ rule: z.literal('no_duplicates'), value: on, ...scope }),
  z.object({ rule: z.literal('allowed_extensions'), value: texts, ...scope }),
  z.object({ rule: z.literal('name_pattern'), value: texts, ...scope }),
]);

/** One rule, its sizes in bytes. */
export type PolicyRule = z.output<typeof ruleSchema>;

/**
 * A policy's `rules`: a map from rule to value, or a list of texts (for people, not checked),
 * one-key maps and long forms `{rule, value, files, message}`.
 */
export const policyRulesSchema = z.preprocess(
  (given) => (isMap(given) ? Object.entries(given).map(ruleEntry) : withoutTexts(given)),
  z.array(ruleSchema),
);

/** Names of all rules, for messages. */
export const RULE_NAMES: readonly string[] = ruleSchema.options.map(
  (option) => option.shape.rule.value,
);

const withoutTexts = (given: unknown): unknown =>
  Array.isArray(given)
    ? given.filter((rule: unknown) => typeof rule !== 'string').map(longForm)
    : (given ?? []);

const longForm = (rule: unknown): unknown => {
  if (!isMap(rule) || 'rule' in rule) return rule;
  const [entry, ...more] = Object.entries(rule);
  return entry === undefined || more.length > 0 ? rule : ruleEntry(entry);
};

const ruleEntry = ([rule, value]: [string, unknown]): unknown => ({ rule, value });

const isMap = (value: unknown): value is Readonly<Record<string, unknown>> =>
  typeof value === 'object' && value !== null && !Array.isArray(value);
