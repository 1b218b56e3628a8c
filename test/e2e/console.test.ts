/** The main job as a person at the terminal has it, through the built program. */
import { existsSync, readFileSync, symlinkSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { load } from 'js-yaml';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { openOfflineEngine } from '../../src/compose/offline-engine.ts';
import {
  converse,
  copyStation,
  filesBelow,
  startBridge,
  until,
} from '../support/bridge-process.ts';

let station: ReturnType<typeof copyStation>;
beforeEach(() => {
  station = copyStation();
});
afterEach(() => station.remove());

const RUN = '@workflow inventory-validation-v1';

const receiptOf = (folder: string): Record<string, unknown> =>
  load(readFileSync(join(station.root, folder, 'VALIDATION.RECEIPT.yaml'), 'utf8')) as Record<
    string,
    unknown
  >;

describe('the console', { timeout: 90_000 }, () => {
  it('validates the folder that passes, with a receipt and a manifest, and exits 0', async () => {
    const { code, output } = await converse(station.root, [`${RUN} target_folder=0UT.3OX`]);
    expect(code, output).toBe(0);
    expect(output).toContain('PASS');
    expect(receiptOf('0UT.3OX')).toMatchObject({ type: 'SUCCESS', compliance_score: 100 });
    expect(existsSync(join(station.root, '0UT.3OX', 'FILE.MANIFEST.txt'))).toBe(true);
  });

  it('gives a WARNING receipt for the folder that is partial', async () => {
    const { code, output } = await converse(station.root, [`${RUN} target_folder=0UT.3OX.REVIEW`]);
    expect(code, output).toBe(0);
    expect(receiptOf('0UT.3OX.REVIEW')).toMatchObject({ type: 'WARNING' });
  });

  it('asks about the folder that fails, honours the answer and names who gave it', async () => {
    const asking = await converse(station.root, [`${RUN} target_folder=0UT.3OX.BROKEN`]);
    expect(asking.code, asking.output).toBe(5);
    const handle = /choose (\w+) PROCEED_ANYWAY/u.exec(asking.output)?.[1] ?? 'none';
    const engine = openOfflineEngine(station.root);
    const bridge = startBridge(station.root);
    await bridge.sees(`resumed    ${handle}`);
    bridge.type(`@workflow choose ${handle} PROCEED_ANYWAY note="known gap"`);
    await until(
      async () => (await engine.list({}))[0]?.status === 'COMPLETED',
      () => `the run to end:\n${bridge.output()}`,
    );
    bridge.end();
    expect(await bridge.ended, bridge.output()).toBe(0);
    expect(receiptOf('0UT.3OX.BROKEN')).toMatchObject({
      type: 'FAILURE',
      approval: { decision: 'PROCEED_ANYWAY', note: 'known gap' },
    });
  });

  it('cancels the run when the answer is ABORT', async () => {
    const bridge = startBridge(station.root);
    await bridge.sees('try ');
    bridge.type(`${RUN} target_folder=0UT.3OX.BROKEN`);
    await bridge.sees('waits for a decision');
    const handle = /choose (\w+) PROCEED_ANYWAY/u.exec(bridge.output())?.[1] ?? 'none';
    bridge.type(`@workflow choose ${handle} ABORT note="wrong folder"`);
    bridge.end();
    expect(await bridge.ended, bridge.output()).toBe(6);
  });

  it('shows a typo under a caret with the line to paste, and starts nothing', async () => {
    const { code, output } = await converse(station.root, [`${RUN} target_fodler=0UT.3OX`]);
    expect(code).toBe(2);
    expect(output).toContain(
      [
        `  ${RUN} target_fodler=0UT.3OX`,
        `  ${' '.repeat(RUN.length + 1)}${'^'.repeat('target_fodler'.length)}`,
        `Try: ${RUN} target_folder=0UT.3OX`,
      ].join('\n'),
    );
    expect(await openOfflineEngine(station.root).list({})).toEqual([]);
  });

  it('refuses a folder that is missing or leaves the station, and starts nothing', async () => {
    symlinkSync(tmpdir(), join(station.root, 'OUTSIDE'));
    for (const [folder, words] of [
      ['nowhere', 'does not exist'],
      ['../..', 'leaves the station'],
      ['OUTSIDE', 'station'],
    ] as const) {
      const { code, output } = await converse(station.root, [`${RUN} target_folder=${folder}`]);
      expect(code, output).toBe(4);
      expect(output.replaceAll(/\s+/gu, ' ')).toContain(words);
    }
    expect(await openOfflineEngine(station.root).list({})).toEqual([]);
  });

  it('ends with 1 when a run fails, tells the team route and reports the incident', async () => {
    const { code, output } = await converse(station.root, [
      `${RUN} target_folder=0UT.3OX policy_file=1N.3OX`,
    ]);
    expect(code, output).toBe(1);
    expect(output).toContain('#alerts');
    expect(output).toContain('PolicyError');
    expect(filesBelow(station.root, '.3ox/incidents')).toContain('incidents.log');
  });

  it('runs twenty at once, each with a receipt of its own', async () => {
    const lines = Array.from({ length: 20 }, () => `${RUN} target_folder=0UT.3OX`);
    const { code, output } = await converse(station.root, lines);
    expect(code, output).toBe(0);
    expect(filesBelow(station.root, '.3ox/archive/receipts')).toHaveLength(20);
    const runs = await openOfflineEngine(station.root).list({});
    expect(runs.map(({ status }) => status)).toEqual(lines.map(() => 'COMPLETED'));
  });
});
