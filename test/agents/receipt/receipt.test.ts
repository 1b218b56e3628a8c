import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import * as fc from 'fast-check';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { sha256Of } from '../../../src/agents/receipt/canonical.ts';
import { readReceipt } from '../../../src/agents/receipt/read-receipt.ts';
import { printReceipt } from '../../../src/agents/receipt/receipt.ts';
import type { Receipt } from '../../../src/agents/receipt/receipt.ts';
import { verifyReceipt, verifyReceiptFile } from '../../../src/agents/receipt/verify-receipt.ts';
import type { ChainLink } from '../../../src/agents/receipt/verify-receipt.ts';
import { anyByteChanged } from './changes.ts';

const MANIFEST = '# a manifest\n';

const RECEIPT: Receipt = {
  receipt_id: 'receipt-1',
  schema: 1,
  run_id: 'wf-1',
  workflow: { id: 'w', version: 1, sha256: 'a' },
  type: 'SUCCESS',
  sirius_time: '⧗-25.61.1420',
  generated_at: '2025-10-07T14:20:00.000Z',
  requested_by: 'user:1',
  task: { id: 'receipt', attempt: 1, input_sha256: 'e' },
  target_folder: '0UT.3OX',
  policy: { file: 'P.md', version: '3', sha256: 'c' },
  compliance_status: 'PASS',
  compliance_score: 100,
  totals: { files: 1, bytes: 2 },
  missing_files: ['- a: "b" #c', 'd\ne', 'ff 日本 \uFFFD'],
  missing_folders: [],
  forbidden_files: [],
  violations: [{ kind: 'x', deep: [1, null, true] }],
  recommendations: [],
  approval: null,
  tasks: [],
  manifest: { file: '0UT.3OX/FILE.MANIFEST.txt', sha256: sha256Of(MANIFEST) },
  audit: { events: 3, head: 'h2' },
};

const CHAIN: readonly ChainLink[] = [
  { version: 1, hash: 'h1', events: 1, intact: true },
  { version: 2, hash: 'h2', events: 3, intact: true },
  { version: 3, hash: 'h3', events: 4, intact: true },
];
const history = (chain: readonly ChainLink[] = CHAIN) => ({
  chain: (run: string) => Promise.resolve(run === 'wf-1' ? chain : []),
});
const { text, sha256 } = printReceipt(RECEIPT);

const failed = async (...args: Parameters<typeof verifyReceipt>) => {
  const verdict = await verifyReceipt(...args);
  expect(verdict.ok).toBe(verdict.checks.every((check) => check.ok));
  return verdict.checks.filter((check) => !check.ok).map((check) => check.name);
};

describe('a receipt', () => {
  it('reads back as it was written, its seal being the last field', () => {
    expect(readReceipt(Buffer.from(text))).toEqual({ receipt: { ...RECEIPT, sha256 }, sha256 });
    expect(text.endsWith(`\nsha256: ${sha256}\n`)).toBe(true);
  });

  it('is confirmed by its history and its manifest', async () => {
    expect(await failed(text, history(), MANIFEST)).toEqual([]);
    expect((await verifyReceipt(text, history())).checks.map((check) => check.name)).toEqual([
      'sha256',
      'run',
      'head',
      'chain',
    ]);
  });

  it('is refused after any one byte is changed, added or removed', async () => {
    await fc.assert(
      fc.asyncProperty(anyByteChanged(Buffer.from(text)), async (changed) => {
        expect((await verifyReceipt(changed, history(), MANIFEST)).ok).toBe(false);
      }),
      { numRuns: 500 },
    );
  });

  it('is refused when its manifest is changed by any one byte', async () => {
    await fc.assert(
      fc.asyncProperty(anyByteChanged(Buffer.from(MANIFEST)), async (changed) => {
        expect(await failed(text, history(), changed)).toEqual(['manifest']);
      }),
    );
  });

  it('is refused when the history does not bear it out', async () => {
    expect(await failed(text, history([]))).toEqual(['run']);
    expect(await failed(text, history(CHAIN.slice(0, 1)))).toEqual(['head']);
    expect(await failed(text, history(CHAIN.map((link) => ({ ...link, events: 9 }))))).toEqual([
      'head',
    ]);
    expect(
      await failed(text, history(CHAIN.map((link) => ({ ...link, intact: link.version !== 1 })))),
    ).toEqual(['chain']);
  });

  it.each([
    '',
    'sha256: x\n',
    `sha256: ${sha256Of('')}\n`,
    `a: 1\nsha256: ${sha256Of('a: 1\n')}\n`,
    `: : :\nsha256: ${sha256Of(': : :\n')}\n`,
  ])('is not %j', async (other) => {
    expect(await failed(other, history())).toEqual(['format']);
  });
});

describe('a receipt file', () => {
  let folder: string;
  beforeEach(async () => {
    folder = await mkdtemp(join(tmpdir(), 'receipt-'));
    await writeFile(join(folder, 'VALIDATION.RECEIPT.yaml'), text);
  });
  afterEach(() => rm(folder, { recursive: true }));

  const names = async () =>
    (await verifyReceiptFile(join(folder, 'VALIDATION.RECEIPT.yaml'), history())).checks.map(
      (check) => `${check.name} ${check.ok}`,
    );

  it('is checked with the manifest beside it, if there is one', async () => {
    expect(await names()).not.toContain('manifest true');
    await writeFile(join(folder, 'FILE.MANIFEST.txt'), MANIFEST);
    expect(await names()).toContain('manifest true');
    await writeFile(join(folder, 'FILE.MANIFEST.txt'), `${MANIFEST} `);
    expect(await names()).toContain('manifest false');
  });

  it('that cannot be read is told as it is', async () => {
    await writeFile(join(folder, 'VALIDATION.RECEIPT.yaml'), 'rubbish');
    expect(await names()).toEqual(['format false']);
  });
});
