import { expect, test } from 'vitest';
import { inventorySummaryAgent } from '../../../src/agents/inventory/inventory-summary.ts';
import type { JsonObject } from '../../../src/lib/json.ts';
import { createFakeContext } from '../../support/agent-context.ts';

const sum = (payload: JsonObject) =>
  inventorySummaryAgent.handle(payload, createFakeContext({ root: '.' }));

const passed = { compliance_status: 'PASS', compliance_score: 100, total_files: 2, total_size: 10 };
const partial = {
  compliance_status: 'PARTIAL',
  compliance_score: 80,
  violations: [{ kind: 'no_empty_files', path: 'x.md' }],
  total_files: 1,
  total_size: 5,
};

test('the worst folder decides; violations name their folder', async () => {
  expect(await sum({ folders: ['A', 'B'], results: [passed, partial] })).toMatchObject({
    compliance_status: 'PARTIAL',
    compliance_score: 80,
    passed: 1,
    partial: 1,
    total_files: 3,
    total_size: 15,
    violations: [{ kind: 'no_empty_files', path: 'B/x.md' }],
    results: [
      { folder: 'A', status: 'PASS' },
      { folder: 'B', status: 'PARTIAL' },
    ],
  });
});

test('a folder that could not be checked counts as failed', async () => {
  expect(await sum({ folders: ['A', 'B', 'C'], results: [passed, null] })).toMatchObject({
    compliance_status: 'FAIL',
    unchecked: 2,
    passed: 1,
  });
});

test('no folder at all passes with nothing', async () => {
  expect(await sum({ folders: [], results: [] })).toMatchObject({
    compliance_status: 'PASS',
    folders_checked: 0,
  });
});

test('results of another kind are refused with their place', async () => {
  await expect(sum({ folders: 'A' })).rejects.toThrow('payload.folders: expected the folders');
});
