/** The whole chain of agents on a copy of the example station. */
import { cp, mkdtemp, readdir, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { inventoryAgents } from '../../../src/agents/inventory/index.ts';
import { verifyManifest } from '../../../src/agents/receipt/verify-manifest.ts';
import { verifyReceiptFile } from '../../../src/agents/receipt/verify-receipt.ts';
import type { Json, JsonObject } from '../../../src/lib/json.ts';
import { createFakeContext } from '../../support/agent-context.ts';
import {
  complianceOutput,
  policyOutput,
  receiptOutput,
  recommendationOutput,
  scanOutput,
} from './outputs.ts';

const EXAMPLE = join(import.meta.dirname, '..', '..', '..', 'examples', 'station');

let root: string;

beforeEach(async () => {
  root = await mkdtemp(join(tmpdir(), 'example-station-'));
  await cp(EXAMPLE, root, { recursive: true });
});
afterEach(() => rm(root, { recursive: true, force: true }));

const call = (name: string, payload: JsonObject): Promise<Json> => {
  const agent = inventoryAgents.find((candidate) => candidate.name === name);
  if (agent === undefined) throw new Error(`no agent ${name}`);
  return agent.handle(payload, createFakeContext({ root }));
};

const validate = async (folder: string, level = 'standard', strict_mode = false) => {
  const scan = scanOutput.parse(await call('FILE_SCANNER_AGENT', { folder }));
  const policy = policyOutput.parse(
    await call('POLICY_LOADER_AGENT', {
      policy: '.3ox.index/POLICY/INVENTORY.POLICY.md',
      validation_level: level,
    }),
  );
  const compliance = complianceOutput.parse(
    await call('COMPLIANCE_VALIDATOR_AGENT', {
      ...policy,
      file_list: scan.file_list,
      folder_list: scan.folder_list,
      strict_mode,
    }),
  );
  const recommendations = recommendationOutput.parse(
    await call('RECOMMENDATION_AGENT', { violations: compliance.violations }),
  );
  const receipt = receiptOutput.parse(
    await call('RECEIPT_GENERATOR_AGENT', {
      output_folder: folder,
      target_folder: folder,
      scan,
      policy,
      compliance,
      recommendations,
      generate_manifest: true,
    }),
  );
  return { scan, compliance, recommendations, receipt };
};

describe('the example station', () => {
  it.each([
    ['0UT.3OX', 'standard', 'PASS', 100, 'SUCCESS'],
    ['0UT.3OX', 'comprehensive', 'PASS', 100, 'SUCCESS'],
    ['0UT.3OX.REVIEW', 'standard', 'PARTIAL', 80, 'WARNING'],
    ['0UT.3OX.REVIEW', 'minimal', 'PASS', 100, 'SUCCESS'],
    ['0UT.3OX.BROKEN', 'standard', 'FAIL', 60, 'FAILURE'],
  ])('%s at level %s is %s with %i: %s', async (folder, level, status, score, type) => {
    const { scan, compliance, receipt } = await validate(folder, level);
    expect(compliance).toMatchObject({ compliance_status: status, compliance_score: score });
    expect(receipt).toMatchObject({ receipt_type: type, compliance_status: status });

    const history = {
      chain: () => Promise.resolve([{ version: 1, hash: 'b'.repeat(64), events: 9, intact: true }]),
    };
    const verdict = await verifyReceiptFile(join(root, receipt.receipt), history);
    expect(verdict.checks.map((check) => [check.name, check.ok])).toEqual([
      ['sha256', true],
      ['run', true],
      ['head', true],
      ['chain', true],
      ['manifest', true],
    ]);
    const { paths } = createFakeContext({ root });
    expect(await verifyManifest(join(root, folder, 'FILE.MANIFEST.txt'), paths)).toEqual({
      ok: true,
      problem: null,
      folder,
      checked: scan.total_files,
      changed: [],
      missing: [],
      extra: [],
    });
  });

  it('gives the same result the second time, receipt and manifest being there', async () => {
    const first = await validate('0UT.3OX');
    const second = await validate('0UT.3OX');
    expect(second.scan).toEqual(first.scan);
    expect(second.receipt).toEqual(first.receipt);
  });

  it('fails the partial folder under strict mode and says what to do', async () => {
    const { compliance, recommendations } = await validate('0UT.3OX.REVIEW', 'standard', true);
    expect(compliance.compliance_status).toBe('FAIL');
    expect(recommendations.auto_fixable.map((fix) => fix.path)).toEqual([
      'DELIVERABLES/PACKET.09/measurements.tmp',
      'REPORTS/SESSION.REPORT.md.bak',
    ]);
  });

  it('shows afterwards what happened to the files of a manifest', async () => {
    await validate('0UT.3OX');
    await writeFile(join(root, '0UT.3OX', 'INDEX.md'), 'x');
    await rm(join(root, '0UT.3OX', 'SESSION.LOG.md'));
    await writeFile(join(root, '0UT.3OX', 'NEW.md'), 'x');
    const { paths } = createFakeContext({ root });
    expect(await verifyManifest(join(root, '0UT.3OX', 'FILE.MANIFEST.txt'), paths)).toMatchObject({
      ok: false,
      changed: [{ path: 'INDEX.md', why: expect.stringContaining('it has 1 bytes, not') }],
      missing: ['SESSION.LOG.md'],
      extra: ['NEW.md'],
    });
  });

  it('holds nothing that git would leave out', async () => {
    const entries = await readdir(EXAMPLE, { recursive: true, withFileTypes: true });
    const folders = entries.filter((entry) => entry.isDirectory());
    for (const folder of folders) {
      expect(await readdir(join(folder.parentPath, folder.name)), folder.name).not.toEqual([]);
    }
    expect(entries.filter((entry) => entry.name.endsWith('.log'))).toEqual([]);
    expect(await readFile(join(EXAMPLE, 'README.md'), 'utf8')).toContain('0UT.3OX.BROKEN');
  });
});
