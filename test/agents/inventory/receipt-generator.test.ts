import { readdir, readFile, symlink, unlink, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { receiptGeneratorAgent } from '../../../src/agents/inventory/receipt-generator.ts';
import { readReceipt } from '../../../src/agents/receipt/read-receipt.ts';
import type { JsonObject } from '../../../src/lib/json.ts';
import { createFakeContext, createTempStation } from '../../support/agent-context.ts';
import type { FakeContextOptions } from '../../support/agent-context.ts';
import { receiptOutput } from './outputs.ts';

let root: string;
let remove: () => Promise<void>;

beforeEach(async () => {
  ({ root, remove } = await createTempStation({ '0UT.3OX/a.txt': 'aa' }));
});
afterEach(() => remove());

const PAYLOAD: JsonObject = {
  output_folder: '0UT.3OX',
  target_folder: '0UT.3OX',
  policy: { policy_file: 'P.md', policy_version: 3, policy_sha256: 'c'.repeat(64) },
  compliance: { compliance_status: 'PARTIAL', compliance_score: 80, violations: [{ kind: 'x' }] },
  recommendations: { recommendations: ['Do it'], auto_fixable: [], manual_fixes: [] },
  generate_manifest: true,
  file_list: [
    { path: 'a.txt', size: 2, modified: '2025-10-07T00:00:00.000Z', sha256: 'd'.repeat(64) },
  ],
};

const generate = async (payload: JsonObject = PAYLOAD, options: Partial<FakeContextOptions> = {}) =>
  receiptOutput.parse(
    await receiptGeneratorAgent.handle(payload, createFakeContext({ root, ...options })),
  );

const onDisk = async (path = '0UT.3OX/VALIDATION.RECEIPT.yaml') => {
  const found = readReceipt(await readFile(join(root, path)));
  if ('problem' in found) throw new Error(found.problem);
  return found;
};

describe('RECEIPT_GENERATOR_AGENT', () => {
  it('writes the receipt with what agents and history say, its copy and the manifest', async () => {
    const output = await generate();
    const { receipt, sha256 } = await onDisk();
    expect(receipt).toEqual({
      receipt_id: output.receipt_id,
      schema: 1,
      run_id: 'wf-test-0001',
      workflow: { id: 'inventory-validation-v1', version: 1, sha256: 'a'.repeat(64) },
      type: 'WARNING',
      sirius_time: '⧗-25.61.1420',
      generated_at: '2025-10-07T14:20:00.000Z',
      requested_by: 'user:lucius',
      task: { id: 'receipt', attempt: 1, input_sha256: expect.stringMatching(/^[0-9a-f]{64}$/u) },
      target_folder: '0UT.3OX',
      policy: { file: 'P.md', version: 3, sha256: 'c'.repeat(64) },
      compliance_status: 'PARTIAL',
      compliance_score: 80,
      totals: { files: 1, bytes: 2 },
      missing_files: [],
      missing_folders: [],
      forbidden_files: [],
      violations: [{ kind: 'x' }],
      recommendations: ['Do it'],
      approval: null,
      tasks: [{ id: 'scan', status: 'COMPLETED', attempts: 1, duration: 12 }],
      manifest: { file: '0UT.3OX/FILE.MANIFEST.txt', sha256: expect.any(String) },
      audit: { events: 9, head: 'b'.repeat(64) },
      sha256,
    });
    expect(output).toMatchObject({
      receipt: '0UT.3OX/VALIDATION.RECEIPT.yaml',
      receipt_type: 'WARNING',
      sha256,
      compliance_status: 'PARTIAL',
      compliance_score: 80,
      manifest: '0UT.3OX/FILE.MANIFEST.txt',
    });
    expect(await onDisk('.3ox/archive/receipts/wf-test-0001.yaml')).toEqual({ receipt, sha256 });
    expect((await readdir(join(root, '0UT.3OX'))).sort()).toEqual([
      'FILE.MANIFEST.txt',
      'VALIDATION.RECEIPT.yaml',
      'a.txt',
    ]);
    expect(await readdir(join(root, '.3ox', 'workflow-data'))).toEqual([]);
  });

  it('done twice for one attempt leaves the first receipt as it is (I3)', async () => {
    const first = await generate();
    const bytes = await readFile(join(root, first.receipt));
    await unlink(join(root, '.3ox/archive/receipts/wf-test-0001.yaml'));
    expect(await generate(PAYLOAD, { now: () => Date.UTC(2026, 0, 1) })).toEqual(first);
    expect(await readFile(join(root, first.receipt))).toEqual(bytes);
    expect(await readFile(join(root, '.3ox/archive/receipts/wf-test-0001.yaml'))).toEqual(bytes);
  });

  it('replaces a receipt of another attempt, and one that was touched, under the same id', async () => {
    const first = await generate();
    const second = await generate(PAYLOAD, { attempt: 2 });
    expect(second.receipt_id).toBe(first.receipt_id);
    expect(second.sha256).not.toBe(first.sha256);
    await writeFile(join(root, '0UT.3OX', 'FILE.MANIFEST.txt'), 'touched');
    expect((await generate(PAYLOAD, { attempt: 2, now: () => 0 })).sha256).not.toBe(second.sha256);
    await writeFile(join(root, second.receipt), 'touched');
    await generate(PAYLOAD, { attempt: 2, now: () => 0 });
    expect((await onDisk()).receipt.generated_at).toBe('1970-01-01T00:00:00.000Z');
  });

  it("takes the decision from the history, or else from the task's input", async () => {
    const approval = {
      approval_decision: 'PROCEED_ANYWAY',
      notes: null,
      decided_by: 'x',
      decided_at: null,
    };
    await generate({ ...PAYLOAD, approval });
    expect((await onDisk()).receipt.approval).toEqual({
      task: null,
      decision: 'PROCEED_ANYWAY',
      by: 'x',
      note: null,
      at: null,
    });
    const approvals = [{ task: 'ask', decision: 'ABORT', by: 'user:1', note: 'no', at: 0 }];
    await generate({ ...PAYLOAD, approval }, { summary: { approvals }, attempt: 2 });
    expect((await onDisk()).receipt.approval).toEqual({
      task: 'ask',
      decision: 'ABORT',
      by: 'user:1',
      note: 'no',
      at: '1970-01-01T00:00:00.000Z',
    });
  });

  it('takes flat fields too, creates the output folder and needs no manifest', async () => {
    const output = await generate({
      output_folder: '0UT.3OX/new/deep',
      type: 'FAILURE',
      policy: 'P.md',
      compliance_status: 'FAIL',
      compliance_score: 12,
      totals: { files: 4, bytes: 5 },
      approval: null,
      recommendations: null,
    });
    expect(output).toMatchObject({
      receipt: '0UT.3OX/new/deep/VALIDATION.RECEIPT.yaml',
      manifest: null,
    });
    expect((await onDisk(output.receipt)).receipt).toMatchObject({
      type: 'FAILURE',
      policy: { file: 'P.md', version: null },
      totals: { files: 4, bytes: 5 },
      manifest: null,
    });
  });

  it.each([
    [{ compliance_status: 'PASS' }, 'payload.output_folder: expected the folder'],
    [{ output_folder: '0UT.3OX' }, 'payload.compliance_status: expected PASS, PARTIAL or FAIL'],
    [
      { output_folder: 'x', compliance_status: 'PASS', type: 'success' },
      'payload.receipt_type: expected SUCCESS',
    ],
    [
      { output_folder: 'x', compliance_status: 'PASS', generate_manifest: true },
      'payload.file_list: expected a list of files, because',
    ],
  ])('refuses %j, saying %s', async (payload, message) => {
    await expect(generate(payload)).rejects.toMatchObject({
      type: 'AgentError',
      retryable: false,
      message: expect.stringContaining(message),
    });
  });

  it('writes nowhere it may not, and nothing when stopped', async () => {
    await symlink('/tmp', join(root, 'out'));
    await expect(generate({ ...PAYLOAD, output_folder: 'out' })).rejects.toMatchObject({
      type: 'InvalidPathError',
    });
    await expect(generate({ ...PAYLOAD, output_folder: '.3ox/journal' })).rejects.toMatchObject({
      type: 'PermissionError',
    });
    await expect(generate(PAYLOAD, { writeAccess: ['1N.3OX'] })).rejects.toMatchObject({
      type: 'PermissionError',
    });
    await expect(generate({ ...PAYLOAD, output_folder: '0UT.3OX/a.txt' })).rejects.toMatchObject({
      type: 'FileSystemError',
    });
    await expect(generate(PAYLOAD, { signal: AbortSignal.abort() })).rejects.toMatchObject({
      type: 'TimeoutError',
    });
    expect(await readdir(join(root, '0UT.3OX'))).toEqual(['a.txt']);
  });
});
