/** A validation receipt: its fields, in the order in which they are written, and its file's name. */
import { dump } from 'js-yaml';
import { z } from 'zod';
import { sealReceipt } from './canonical.ts';

export const RECEIPT_FILE = 'VALIDATION.RECEIPT.yaml';
export const MANIFEST_FILE = 'FILE.MANIFEST.txt';

const text = z.string();
const texts = z.array(text);

/** Everything in a receipt but its seal. Keys that are added later do not make it unreadable. */
export const receiptSchema = z.looseObject({
  receipt_id: text,
  schema: z.literal(1),
  run_id: text,
  workflow: z.object({ id: text, version: z.number(), sha256: text }),
  type: z.enum(['SUCCESS', 'WARNING', 'FAILURE']),
  sirius_time: text,
  generated_at: text,
  requested_by: text,
  task: z.object({ id: text, attempt: z.number(), input_sha256: text }),
  target_folder: text,
  policy: z.object({
    file: text.nullable(),
    version: z.union([text, z.number()]).nullable(),
    sha256: text.nullable(),
  }),
  compliance_status: z.enum(['PASS', 'PARTIAL', 'FAIL']),
  compliance_score: z.number().nullable(),
  totals: z.object({ files: z.number().nullable(), bytes: z.number().nullable() }),
  missing_files: texts,
  missing_folders: texts,
  forbidden_files: texts,
  violations: z.array(z.json()),
  recommendations: z.array(z.json()),
  approval: z
    .object({
      task: text.nullable(),
      decision: text,
      by: text.nullable(),
      note: text.nullable(),
      at: text.nullable(),
    })
    .nullable(),
  tasks: z.array(
    z.object({
      id: text,
      status: text,
      attempts: z.number(),
      duration: z.number().nullable(),
    }),
  ),
  manifest: z.object({ file: text, sha256: text }).nullable(),
  audit: z.object({ events: z.number(), head: text }),
});

export type Receipt = z.output<typeof receiptSchema>;

/** The receipt's file, sealed; `sha256` is its last field. */
export const printReceipt = (
  receipt: Receipt,
): { readonly text: string; readonly sha256: string } =>
  sealReceipt(`# Check it with: workflow receipt verify <this file>
${dump(receipt, { noRefs: true, lineWidth: -1 })}`);
