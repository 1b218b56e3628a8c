/** The shipped inventory on PowerShell alone: the same definition, the same receipt but for times. */
import { copyFileSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { load } from 'js-yaml';
import { describe, expect, it } from 'vitest';
import { openOfflineEngine } from '../../src/compose/offline-engine.ts';
import { copyStation, startBridge } from '../support/bridge-process.ts';
import { powerShell } from '../support/powershell.ts';

const shell = powerShell('an inventory on PowerShell alone');

describe.skipIf(shell === null)('an inventory', () => {
  it.each([
    ['0UT.3OX', 'SUCCESS'],
    ['0UT.3OX.REVIEW', 'WARNING'],
  ])(
    'of %s gives the same %s receipt on PowerShell and on the built-in agents',
    async (folder, type) => {
      const onPowerShell = await inventory(folder, (root) =>
        copyFileSync('examples/powershell/agents.yaml', join(root, '.3ox', 'agents.yaml')),
      );
      const builtin = await inventory(folder, () => undefined);
      expect(builtin).toMatchObject({ type });
      expect(onPowerShell).toEqual(builtin);
    },
    120_000,
  );
});

const inventory = async (folder: string, prepare: (root: string) => void): Promise<unknown> => {
  const station = copyStation();
  try {
    prepare(station.root);
    const pwsh = shell?.environment['WORKFLOW_PWSH'];
    const bridge = startBridge(station.root, pwsh === undefined ? {} : { WORKFLOW_PWSH: pwsh });
    bridge.type(`@workflow inventory-validation-v1 target_folder=${folder} output_folder=0UT.3OX`);
    bridge.end();
    expect(await bridge.ended, bridge.output()).toBe(0);
    const engine = openOfflineEngine(station.root);
    const [run] = await engine.list({});
    expect(run?.status).toBe('COMPLETED');
    const text = readFileSync(join(station.root, '0UT.3OX', 'VALIDATION.RECEIPT.yaml'), 'utf8');
    return withoutTimes(load(text));
  } finally {
    station.remove();
  }
};

/** Without what two runs never have in common. */
const withoutTimes = (value: unknown): unknown => {
  if (Array.isArray(value)) return value.map(withoutTimes);
  if (typeof value !== 'object' || value === null) return value;
  return Object.fromEntries(
    Object.entries(value)
      .filter(([key]) => !OF_ONE_RUN.has(key))
      .map(([key, item]) => [key, withoutTimes(item)]),
  );
};

const OF_ONE_RUN = new Set([
  'receipt_id',
  'run_id',
  'sirius_time',
  'generated_at',
  'duration',
  'input_sha256',
  'manifest',
  'audit',
  'sha256',
]);
