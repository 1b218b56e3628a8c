/** The outputs of the inventory agents as tests read them; a missing or misspelt key is an error. */
import { z } from 'zod';

const names = z.array(z.string());

export const scanOutput = z.strictObject({
  folder: z.string(),
  file_list: z.array(
    z.strictObject({
      path: z.string(),
      name: z.string(),
      size: z.number(),
      modified: z.iso.datetime(),
      sha256: z.string().length(64).nullable(),
    }),
  ),
  folder_list: names,
  skipped: z.array(z.strictObject({ path: z.string(), reason: z.string() })),
  total_files: z.number(),
  total_size: z.number(),
  scan_timestamp: z.iso.datetime(),
  scan_duration: z.number(),
  unchanged_files: z.number(),
});

export const policyOutput = z.strictObject({
  policy_file: z.string(),
  policy_version: z.union([z.string(), z.number()]).nullable(),
  policy_sha256: z.string().length(64),
  validation_level: z.string(),
  required_files: names,
  required_folders: names,
  forbidden_patterns: names,
  policy_rules: z.array(z.json()),
});

export const complianceOutput = z.strictObject({
  compliance_status: z.enum(['PASS', 'PARTIAL', 'FAIL']),
  compliance_score: z.number(),
  violations: z.array(
    z.strictObject({
      kind: z.string(),
      path: z.string().nullable(),
      pattern: z.string().nullable(),
      severity: z.enum(['error', 'warning']),
      message: z.string(),
    }),
  ),
  missing_files: names,
  missing_folders: names,
  forbidden_files: names,
  checks: z.strictObject({ met: z.number(), total: z.number() }),
  strict_mode: z.boolean(),
});

const fixes = z.array(
  z.strictObject({ kind: z.string(), path: z.string().nullable(), action: z.string() }),
);

export const recommendationOutput = z.strictObject({
  recommendations: names,
  auto_fixable: fixes,
  manual_fixes: fixes,
});

export const receiptOutput = z.strictObject({
  receipt: z.string(),
  receipt_id: z.string(),
  receipt_type: z.string(),
  sha256: z.string().length(64),
  compliance_status: z.string(),
  compliance_score: z.number().nullable(),
  manifest: z.string().nullable(),
});
