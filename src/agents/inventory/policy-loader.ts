/** POLICY_LOADER_AGENT: reads a policy of the station for one validation level. */
import { createHash } from 'node:crypto';
import { z } from 'zod';
import type { JsonObject } from '../../lib/json.ts';
import type { AgentContext, BuiltinAgent } from '../agent.ts';
import { fileFailure } from './file-failure.ts';
import { orDefault, parsePayload } from './payload.ts';
import type { PolicyRule } from './policy-rules.ts';
import { atLevel, policyError, readPolicy } from './policy.ts';
import type { Policy } from './policy.ts';

const NAME = 'POLICY_LOADER_AGENT';

const payloadSchema = z.object({
  policy: z.string(),
  validation_level: orDefault(z.enum(['minimal', 'standard', 'comprehensive']), 'standard'),
});

/** Larger files are no policies. */
const MAX_BYTES = 1024 * 1024;

export const policyLoaderAgent: BuiltinAgent = {
  name: NAME,
  description: 'Reads a policy from Markdown or YAML',
  concurrency: 2,
  handle: async (payload, context) => {
    const { policy: file, validation_level: level } = parsePayload(NAME, payloadSchema, payload);
    const { bytes, place } = await readDocument(file, context);
    const sha256 = createHash('sha256').update(bytes).digest('hex');
    const policy = atLevel(readOnce(bytes, sha256, place), level);
    context.progress(100, `policy ${place}, version ${policy.version ?? 'not given'}, ${level}`);
    return {
      policy_file: place,
      policy_version: policy.version,
      policy_sha256: sha256,
      validation_level: level,
      required_files: policy.required_files,
      required_folders: policy.required_folders,
      forbidden_patterns: policy.forbidden_patterns,
      policy_rules: policy.rules.map(ruleOutput),
    };
  },
};

/** Policies read lately, by what they say and where: run after run asks for the same few. */
const recent = new Map<string, Policy>();
const MOST_RECENT = 16;

const readOnce = (bytes: Buffer, sha256: string, place: string): Policy => {
  const key = `${sha256} ${place}`;
  const policy = recent.get(key) ?? readPolicy(bytes.toString('utf8'), place);
  recent.delete(key);
  recent.set(key, policy);
  const oldest = recent.size > MOST_RECENT ? recent.keys().next().value : undefined;
  if (oldest !== undefined) recent.delete(oldest);
  return policy;
};

/** The long form, which the validator reads again. */
const ruleOutput = (rule: PolicyRule): JsonObject => ({
  rule: rule.rule,
  value: rule.value ?? true,
  ...(rule.files === undefined ? {} : { files: rule.files }),
  ...(rule.message === undefined ? {} : { message: rule.message }),
});

const readDocument = async (file: string, context: AgentContext) => {
  const absolute = await context.paths.read(file);
  const place = context.paths.relative(absolute);
  try {
    const found = context.host.files.stat(absolute, 'follow');
    if (found?.regular === false)
      throw policyError(`${place} is not a file; name a policy document`);
    if (found !== null && found.size > MAX_BYTES) {
      throw policyError(
        `${place} is ${found.size} bytes, too large for a policy (1 MiB); name another file`,
      );
    }
    const bytes = context.host.files.read(absolute);
    if (bytes === null)
      throw Object.assign(new Error(`${place} does not exist`), { code: 'ENOENT' });
    return { place, bytes };
  } catch (error) {
    const failure = fileFailure(error, 'Reading the policy', place);
    // A policy that is not there is the station's mistake, whatever the file system calls it.
    throw failure.type === 'FileSystemError' && !failure.retryable
      ? policyError(`${failure.message}, or name another policy file`, error)
      : failure;
  }
};
