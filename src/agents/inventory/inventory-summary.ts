/** INVENTORY_SUMMARY_AGENT: what the checks of several folders come to together. */
import { z } from 'zod';
import { isJsonObject, type Json } from '../../lib/json.ts';
import type { BuiltinAgent } from '../agent.ts';
import { orDefault, parsePayload } from './payload.ts';

const NAME = 'INVENTORY_SUMMARY_AGENT';

const result = z
  .looseObject({
    compliance_status: z.enum(['PASS', 'PARTIAL', 'FAIL']).nullish(),
    compliance_score: z.number().nullish(),
    violations: z.array(z.json()).nullish(),
    total_files: z.number().nullish(),
    total_size: z.number().nullish(),
  })
  .nullable();

const payloadSchema = z.object({
  folders: z.array(z.string(), { error: 'expected the folders, in the order of the results' }),
  /** null for a folder that could not be checked. */
  results: orDefault(z.array(result), []),
});

export const inventorySummaryAgent: BuiltinAgent = {
  name: NAME,
  description: 'Sums up the checks of several folders',
  concurrency: 2,
  handle: async (payload, context) => {
    const { folders, results } = parsePayload(NAME, payloadSchema, payload);
    const rows = folders.map((folder, index) => rowOf(folder, results[index] ?? null));
    const count = (status: string): number => rows.filter((row) => row.status === status).length;
    const scores = rows.flatMap(({ score }) => (score === null ? [] : [score]));
    const failed = count('FAIL') + count('UNCHECKED');
    context.progress(100, `${rows.length} folders`);
    return {
      compliance_status: failed > 0 ? 'FAIL' : count('PARTIAL') > 0 ? 'PARTIAL' : 'PASS',
      compliance_score: scores.length === 0 ? 0 : Math.min(...scores),
      folders_checked: rows.length,
      passed: count('PASS'),
      partial: count('PARTIAL'),
      failed: count('FAIL'),
      unchecked: count('UNCHECKED'),
      total_files: rows.reduce((sum, { files }) => sum + files, 0),
      total_size: rows.reduce((sum, { bytes }) => sum + bytes, 0),
      violations: rows.flatMap(({ violations }) => violations),
      results: rows.map(({ folder, status, score, files, bytes }) => ({
        folder,
        status,
        score,
        files,
        bytes,
      })),
    };
  },
};

const rowOf = (folder: string, checked: z.output<typeof result>) => ({
  folder,
  status: checked?.compliance_status ?? 'UNCHECKED',
  score: checked?.compliance_score ?? null,
  files: checked?.total_files ?? 0,
  bytes: checked?.total_size ?? 0,
  violations: (checked?.violations ?? []).map((violation) => within(folder, violation)),
});

/** A violation names its path within the folder; together they need the folder too. */
const within = (folder: string, violation: Json): Json =>
  isJsonObject(violation) && typeof violation['path'] === 'string'
    ? { ...violation, path: `${folder}/${violation['path']}` }
    : violation;
