/** The main job as a person at the terminal has it, through the built program. */
import { symlinkSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { openOfflineEngine } from '../../src/compose/offline-engine.ts';
import {
  converse,
  copyStation,
  filesBelow,
  startBridge,
  until,
} from '../support/bridge-process.ts';
import {
  expectJournal,
  expectManifest,
  provenArchive,
  provenReceipt,
} from '../support/station-proof.ts';

let station: ReturnType<typeof copyStation>;
beforeEach(() => {
  station = copyStation();
});
afterEach(() => station.remove());

const RUN = '@workflow inventory-validation-v1';
/** The line to paste under the question, with the run's handle. */
const ASKED = /choose (\w+) PROCEED_ANYWAY/u;

const receiptOf = (folder: string) =>
  provenReceipt(station.root, `${folder}/VALIDATION.RECEIPT.yaml`);

describe('the console', { timeout: 90_000 }, () => {
  it('validates the folder that passes, with a receipt and a manifest, and exits 0', async () => {
    const { code, output } = await converse(station.root, [`${RUN} target_folder=0UT.3OX`]);
    expect(code, output).toBe(0);
    expect(output).toContain('PASS');
    expect(await receiptOf('0UT.3OX')).toMatchObject({ type: 'SUCCESS', compliance_score: 100 });
    await expectManifest(station.root, '0UT.3OX');
    await expectJournal(station.root);
  });

  it('gives a WARNING receipt for the folder that is partial', async () => {
    const { code, output } = await converse(station.root, [`${RUN} target_folder=0UT.3OX.REVIEW`]);
    expect(code, output).toBe(0);
    expect(await receiptOf('0UT.3OX.REVIEW')).toMatchObject({ type: 'WARNING' });
  });

  it('asks about the folder that fails, honours the answer and names who gave it', async () => {
    const asking = await converse(station.root, [`${RUN} target_folder=0UT.3OX.BROKEN`]);
    expect(asking.code, asking.output).toBe(5);
    const handle = ASKED.exec(asking.output)?.[1] ?? 'none';
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
    expect(await receiptOf('0UT.3OX.BROKEN')).toMatchObject({
      type: 'FAILURE',
      approval: { decision: 'PROCEED_ANYWAY', note: 'known gap' },
    });
  });

  it('cancels the run when the answer is ABORT', async () => {
    const bridge = startBridge(station.root);
    await bridge.sees('try ');
    bridge.type(`${RUN} target_folder=0UT.3OX.BROKEN`);
    await until(
      () => ASKED.test(bridge.output()),
      () => `the question:\n${bridge.output()}`,
    );
    const handle = ASKED.exec(bridge.output())?.[1] ?? 'none';
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
    expect(filesBelow(station.root, '.3ox/task-queue')).toEqual([]);
    const after = await converse(station.root, [`${RUN} target_folder=0UT.3OX`]);
    expect(after.code, after.output).toBe(0);
  });

  it('runs twenty at once, each with a receipt of its own', async () => {
    const lines = Array.from({ length: 20 }, () => `${RUN} target_folder=0UT.3OX`);
    const { code, output } = await converse(station.root, lines);
    expect(code, output).toBe(0);
    const receipts = await provenArchive(station.root);
    const runs = await openOfflineEngine(station.root).list({});
    expect(runs.map(({ status }) => status)).toEqual(lines.map(() => 'COMPLETED'));
    expect(receipts.map(({ run_id: run }) => run).toSorted()).toEqual(
      runs.map(({ run }) => run).toSorted(),
    );
    await expectJournal(station.root);
  });
});
