/** COMPLIANCE_VALIDATOR_AGENT: says whether a scanned folder keeps a loaded policy. */
import { z } from 'zod';
import { isJsonObject } from '../../lib/json.ts';
import type { BuiltinAgent } from '../agent.ts';
import { judge } from './compliance.ts';
import { fileListSchema } from './file-list.ts';
import { orDefault, parsePayload } from './payload.ts';
import { policyRulesSchema } from './policy-rules.ts';

const NAME = 'COMPLIANCE_VALIDATOR_AGENT';

const texts = orDefault(z.array(z.string(), { error: 'expected a list of texts' }), []);

/** The policy's parts, as POLICY_LOADER_AGENT gives them. */
const policyParts = {
  required_files: texts,
  required_folders: texts,
  forbidden_patterns: texts,
  policy_rules: policyRulesSchema,
};

const payloadSchema = z.object({
  file_list: fileListSchema,
  folder_list: texts,
  strict_mode: orDefault(z.boolean(), false),
  ...policyParts,
});

export const complianceValidatorAgent: BuiltinAgent = {
  name: NAME,
  description: 'Compares a file list with a policy',
  concurrency: 2,
  handle: async (payload, context) => {
    // A definition may pass the loader's whole output as `policy` instead of its parts.
    const whole = isJsonObject(payload['policy']) ? payload['policy'] : {};
    const given = parsePayload(NAME, payloadSchema, { ...whole, ...payload });
    const compliance = judge(
      { files: given.file_list, folders: given.folder_list },
      { ...given, rules: given.policy_rules },
      given.strict_mode,
    );
    const { compliance_status: status, compliance_score: score, violations } = compliance;
    context.progress(100, `${status}, score ${score}, ${violations.length} violations`);
    return {
      ...compliance,
      violations: violations.map((violation) => ({ ...violation })),
      checks: { ...compliance.checks },
      strict_mode: given.strict_mode,
    };
  },
};
