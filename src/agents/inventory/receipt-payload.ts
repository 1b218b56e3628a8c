/**
 * What a receipt is made of. A definition passes the other agents' outputs whole (`scan`, `policy`,
 * `compliance`, `recommendations`) or field by field; a field named at the top wins.
 */
import { z } from 'zod';
import type { JsonObject } from '../../lib/json.ts';
import { isJsonObject } from '../../lib/json.ts';
import { fileListSchema } from './file-list.ts';
import { orDefault, parsePayload } from './payload.ts';

const texts = orDefault(z.array(z.string(), { error: 'expected a list of texts' }), []);
const nullableText = z
  .string()
  .nullish()
  .transform((given) => given ?? null);
const nullableNumber = z
  .number()
  .nullish()
  .transform((given) => given ?? null);
const anyList = orDefault(z.array(z.json(), { error: 'expected a list' }), []);

const receiptPayloadSchema = z.object({
  output_folder: z.string({ error: 'expected the folder to write the receipt to' }),
  target_folder: nullableText,
  receipt_type: z
    .enum(['SUCCESS', 'WARNING', 'FAILURE'], { error: 'expected SUCCESS, WARNING or FAILURE' })
    .nullish(),
  policy_file: nullableText,
  policy_version: z
    .union([z.string(), z.number()])
    .nullish()
    .transform((given) => given ?? null),
  policy_sha256: nullableText,
  compliance_status: z.enum(['PASS', 'PARTIAL', 'FAIL'], {
    error: 'expected PASS, PARTIAL or FAIL, as COMPLIANCE_VALIDATOR_AGENT says it',
  }),
  compliance_score: nullableNumber,
  missing_files: texts,
  missing_folders: texts,
  forbidden_files: texts,
  violations: anyList,
  recommendations: anyList,
  approval: z
    .object({
      approval_decision: z.string(),
      notes: nullableText,
      decided_by: nullableText,
      decided_at: nullableText,
    })
    .nullish()
    .catch(null),
  total_files: nullableNumber,
  total_size: nullableNumber,
  generate_manifest: orDefault(z.boolean(), false),
  file_list: fileListSchema.nullish(),
});

export type ReceiptPayload = z.output<typeof receiptPayloadSchema>;

/** @throws AgentFailure AgentError naming the wrong keys */
export const receiptPayload = (agent: string, payload: JsonObject): ReceiptPayload =>
  parsePayload(agent, receiptPayloadSchema, {
    ...part(payload['scan']),
    ...policyOf(payload['policy']),
    ...part(payload['compliance']),
    ...totalsOf(payload['totals']),
    ...given(payload),
    ...(isJsonObject(payload['recommendations']) ? part(payload['recommendations']) : {}),
    receipt_type: payload['receipt_type'] ?? payload['type'] ?? null,
  });

const part = (value: JsonObject[string] | undefined): JsonObject =>
  value !== undefined && isJsonObject(value) ? value : {};

/** The loader's output, a map of file, version and sha256, or only the file's name. */
const policyOf = (value: JsonObject[string] | undefined): JsonObject => {
  if (typeof value === 'string') return { policy_file: value };
  const policy = part(value);
  return given({
    policy_file: policy['policy_file'] ?? policy['file'] ?? null,
    policy_version: policy['policy_version'] ?? policy['version'] ?? null,
    policy_sha256: policy['policy_sha256'] ?? policy['sha256'] ?? null,
  });
};

const totalsOf = (value: JsonObject[string] | undefined): JsonObject =>
  given({ total_files: part(value)['files'] ?? null, total_size: part(value)['bytes'] ?? null });

/** A null at the top (a template without a value) does not hide what another output says. */
const given = (map: JsonObject): JsonObject =>
  Object.fromEntries(Object.entries(map).filter(([, value]) => value !== null));
