/**
 * What a policy is: which files and folders must be there, what must not, and rules.
 * Owns reading one from text; knows nothing of files or agents.
 */
import { load, YAMLException } from 'js-yaml';
import { z } from 'zod';
import { AgentFailure } from '../agent.ts';
import { orDefault } from './payload.ts';
import { yamlParts } from './policy-document.ts';
import { policyRulesSchema, RULE_NAMES } from './policy-rules.ts';
import type { PolicyRule } from './policy-rules.ts';

/** A path as policies write it: `/` separators, no leading `./`, no trailing `/`. */
const path = z
  .string({ error: 'expected a path' })
  .transform((text) =>
    text
      .replace(/\\/gu, '/')
      .replace(/^(\.?\/)+/u, '')
      .replace(/\/+$/u, ''),
  )
  .refine((text) => text !== '', { error: 'expected a path relative to the validated folder' });

const paths = orDefault(z.array(path, { error: 'expected a list of paths' }), []);
const globs = orDefault(z.array(z.string().min(1), { error: 'expected a list of patterns' }), []);

const policySchema = z.object({
  version: z.union([z.string(), z.number()], { error: 'expected a number or a text' }).nullish(),
  required_files: paths,
  required_folders: paths,
  forbidden_patterns: globs,
  rules: policyRulesSchema,
});

const POLICY_KEYS = ['required_files', 'required_folders', 'forbidden_patterns', 'rules'];

export interface Policy {
  readonly version: string | number | null;
  readonly required_files: readonly string[];
  readonly required_folders: readonly string[];
  readonly forbidden_patterns: readonly string[];
  readonly rules: readonly PolicyRule[];
}

export type ValidationLevel = 'minimal' | 'standard' | 'comprehensive';

/**
 * Reads a policy document.
 * @param file its name, for messages and for telling Markdown from YAML
 * @throws AgentFailure PolicyError, not retryable, with file, line and what to do
 */
export const readPolicy = (text: string, file: string): Policy => {
  const maps = yamlParts(text, /\.(md|markdown)$/iu.test(file)).map((part) => parse(part, file));
  const policies = maps.filter((map) => POLICY_KEYS.some((key) => key in map));
  // Front matter often holds only the version and leaves the rest to a block.
  const merged = Object.assign({}, ...(policies.length > 0 ? maps.toReversed() : [])) as unknown;
  if (policies.length === 0) {
    throw policyError(
      `${file}:1: no policy found; give it YAML front matter (between two --- lines), a \`\`\`yaml block or plain YAML with ${POLICY_KEYS.join(', ')}`,
    );
  }
  const result = policySchema.safeParse(merged);
  if (result.success) return { ...result.data, version: result.data.version ?? null };
  const problems = result.error.issues.map((issue) => {
    const key = String(issue.path[0] ?? '');
    const unknownRule = issue.code === 'invalid_union' && issue.path[0] === 'rules';
    const why = unknownRule ? `unknown rule; there are ${RULE_NAMES.join(', ')}` : issue.message;
    return `${file}:${lineOf(text, key)}: ${issue.path.join('.')}: ${why}`;
  });
  throw policyError(`${problems.join('; ')}. Correct the policy and retry`);
};

/** The part of a policy that a validation level looks at. */
export const atLevel = (policy: Policy, level: ValidationLevel): Policy => ({
  version: policy.version,
  required_files: policy.required_files,
  required_folders: level === 'minimal' ? [] : policy.required_folders,
  forbidden_patterns: level === 'minimal' ? [] : policy.forbidden_patterns,
  rules: level === 'comprehensive' ? policy.rules : [],
});

const parse = (part: string, file: string): Readonly<Record<string, unknown>> => {
  try {
    const value = load(part, { filename: file, maxAliases: 100, maxDepth: 50 });
    return isMap(value) ? value : {};
  } catch (error) {
    if (!(error instanceof YAMLException)) throw error;
    const line = error.mark === undefined ? 1 : error.mark.line + 1;
    throw policyError(
      `${file}:${line}: the YAML cannot be read: ${error.reason}. Correct it and retry`,
    );
  }
};

const isMap = (value: unknown): value is Readonly<Record<string, unknown>> =>
  typeof value === 'object' && value !== null && !Array.isArray(value);

const lineOf = (text: string, key: string): number => {
  const at = text
    .split(/\r?\n/u)
    .findIndex((line) => new RegExp(`^\\s*${key}\\s*:`, 'u').test(line));
  return at === -1 ? 1 : at + 1;
};

/** The policy stays wrong until somebody changes it. */
export const policyError = (message: string, cause?: unknown): AgentFailure =>
  new AgentFailure('PolicyError', message, { retryable: false, cause });
