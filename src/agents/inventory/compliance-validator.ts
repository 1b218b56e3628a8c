/** COMPLIANCE_VALIDATOR_AGENT: says whether a scanned folder keeps a loaded policy. */
import { z } from 'zod';
import { isJsonObject } from '../../lib/json.ts';
import type { BuiltinAgent } from '../agent.ts';
import { createJudge } from './compliance.ts';
import { fileListSchema, nameListSchema, openFiles, openNames } from './file-list.ts';
import { orDefault, parsePayload } from './payload.ts';
import { stopIfAborted } from './file-failure.ts';
import { policyRulesSchema } from './policy-rules.ts';
import { findTwins } from './twins.ts';

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
  folder_list: orDefault(nameListSchema, { type: 'inline', entries: [] }),
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
    const files = await openFiles(given.file_list, context);
    const folders = await openNames(given.folder_list, context);
    const rules = given.policy_rules;
    const comparesContents = rules.some(({ rule }) => rule === 'no_duplicates');
    const judge = createJudge(
      { ...given, rules },
      given.strict_mode,
      given.file_list.type === 'file' && comparesContents ? await findTwins(files) : undefined,
    );
    for await (const portion of folders()) portion.forEach((path) => judge.seeFolder(path));
    let seen = 0;
    for await (const portion of files()) {
      stopIfAborted(context.signal, 'The validation');
      portion.forEach((file) => judge.seeFile(file));
      seen += portion.length;
      context.progress(null, `${seen} files compared`);
    }
    const compliance = judge.verdict();
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
