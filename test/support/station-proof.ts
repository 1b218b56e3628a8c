/** What a station's own files prove afterwards: receipts, manifests, the journal. */
import { readdirSync } from 'node:fs';
import { join } from 'node:path';
import { expect } from 'vitest';
import { createStationPaths } from '../../src/agents/paths.ts';
import type { Receipt } from '../../src/agents/receipt/receipt.ts';
import { verifyManifest } from '../../src/agents/receipt/verify-manifest.ts';
import { verifyReceiptFile } from '../../src/agents/receipt/verify-receipt.ts';
import { receiptHistory } from '../../src/cli/receipt-history.ts';
import { verifyJournal } from '../../src/journal/verify.ts';

/** The receipt in `file`, after its seal, its run's history and its manifest were checked. */
export const provenReceipt = async (station: string, file: string): Promise<Receipt> => {
  const verdict = await verifyReceiptFile(join(station, file), receiptHistory(station));
  const failed = verdict.checks.filter(({ ok }) => !ok);
  expect(failed, file).toEqual([]);
  if (verdict.receipt === null) throw new Error(`${file} is no receipt`);
  return verdict.receipt;
};

/** Archived receipts, each proven against the history of the run it is named after. */
export const provenArchive = async (station: string): Promise<readonly Receipt[]> => {
  const receipts: Receipt[] = [];
  for (const name of readdirSync(join(station, '.3ox/archive/receipts'))) {
    const receipt = await provenReceipt(station, `.3ox/archive/receipts/${name}`);
    expect(`${receipt.run_id}.yaml`).toBe(name);
    receipts.push(receipt);
  }
  return receipts;
};

/** Expects the manifest in `folder` to list what is there. */
export const expectManifest = async (station: string, folder: string): Promise<void> => {
  const paths = createStationPaths({ root: station, readAccess: null, writeAccess: null });
  const verdict = await verifyManifest(join(station, folder, 'FILE.MANIFEST.txt'), paths);
  expect(verdict).toMatchObject({ ok: true, problem: null, changed: [], missing: [] });
  expect(verdict.checked).toBeGreaterThan(0);
};

/** Expects the journal and the archive to be untouched and complete. */
export const expectJournal = async (station: string): Promise<void> => {
  const verdict = await verifyJournal({ folder: join(station, '.3ox') });
  expect(verdict.problems).toEqual([]);
  expect(verdict.records).toBeGreaterThan(0);
};
