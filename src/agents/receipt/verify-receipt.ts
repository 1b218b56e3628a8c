/**
 * Says whether a receipt and the history it speaks of are untouched. Works offline: needs the
 * receipt's bytes, the run's chain of records, and the manifest when it lies beside the receipt.
 */
import { readFile } from 'node:fs/promises';
import { basename, dirname, join } from 'node:path';
import { sha256Of } from './canonical.ts';
import { readReceipt } from './read-receipt.ts';
import type { Receipt } from './receipt.ts';

/** One record of a run's history, as far as a receipt is concerned. */
export interface ChainLink {
  readonly version: number;
  /** The record's hash, hex. */
  readonly hash: string;
  /** Events of the run up to and including this record. */
  readonly events: number;
  /** Whether the record's own hash and its link to the one before hold. */
  readonly intact: boolean;
}

/** Where a run's chain comes from. Empty for a run that is not known. */
export interface ReceiptHistory {
  chain(run: string): Promise<readonly ChainLink[]>;
}

interface ReceiptCheck {
  readonly name: 'format' | 'sha256' | 'run' | 'head' | 'chain' | 'manifest';
  readonly ok: boolean;
  readonly detail: string;
}

/** `ok` when every check is. A check that could not be made because an earlier one failed is absent. */
export interface ReceiptVerdict {
  readonly ok: boolean;
  readonly receipt: Receipt | null;
  readonly checks: readonly ReceiptCheck[];
}

/**
 * Checks a receipt against its run's history.
 * @param receipt the file's bytes (a text loses what is not UTF-8)
 * @param manifest the bytes of the manifest beside it; null when there is none
 */
export const verifyReceipt = async (
  receipt: string | Uint8Array,
  history: ReceiptHistory,
  manifest: string | Uint8Array | null = null,
): Promise<ReceiptVerdict> => {
  const bytes = typeof receipt === 'string' ? Buffer.from(receipt) : receipt;
  const found = readReceipt(bytes);
  if ('problem' in found) {
    return { ok: false, receipt: null, checks: [no(found.check, found.problem)] };
  }
  const checks = [
    yes('sha256', `the receipt is as it was written (${found.sha256.slice(0, 12)}…)`),
    ...historyChecks(found.receipt, await history.chain(found.receipt.run_id)),
    ...manifestChecks(found.receipt, manifest),
  ];
  return { ok: checks.every((check) => check.ok), receipt: found.receipt, checks };
};

/** The same for a file, with the manifest that lies beside it, if one does. */
export const verifyReceiptFile = async (
  file: string,
  history: ReceiptHistory,
): Promise<ReceiptVerdict> => {
  const bytes = await readFile(file);
  const found = readReceipt(bytes);
  const name = 'receipt' in found ? found.receipt.manifest?.file : undefined;
  const manifest =
    name === undefined
      ? null
      : await readFile(join(dirname(file), basename(name))).catch(() => null);
  return verifyReceipt(bytes, history, manifest);
};

const historyChecks = (receipt: Receipt, chain: readonly ChainLink[]): ReceiptCheck[] => {
  const { run_id: run, audit } = receipt;
  if (chain.length === 0) {
    return [no('run', `run ${run} is not in this station's history; name the station it ran in`)];
  }
  const head = chain.find((link) => link.hash === audit.head);
  const broken = chain.find((link) => !link.intact);
  return [
    yes('run', `run ${run} has ${chain.length} records`),
    headCheck(audit, head),
    broken === undefined
      ? yes('chain', 'every record is linked to the one before')
      : no('chain', `record ${broken.version} of run ${run} was changed or taken out of its place`),
  ];
};

const headCheck = (audit: Receipt['audit'], head: ChainLink | undefined): ReceiptCheck => {
  if (head === undefined) {
    return no('head', `no record of the run has the hash ${audit.head}: the history was rewritten`);
  }
  return head.events === audit.events
    ? yes('head', `the receipt was written after record ${head.version}, ${head.events} events`)
    : no('head', `the receipt counts ${audit.events} events, the history ${head.events}`);
};

const manifestChecks = (receipt: Receipt, manifest: string | Uint8Array | null): ReceiptCheck[] => {
  if (receipt.manifest === null || manifest === null) return [];
  return sha256Of(manifest) === receipt.manifest.sha256
    ? [yes('manifest', `${receipt.manifest.file} is as it was written`)]
    : [no('manifest', `${receipt.manifest.file} was changed or belongs to another receipt`)];
};

const yes = (name: ReceiptCheck['name'], detail: string): ReceiptCheck => ({
  name,
  ok: true,
  detail,
});

const no = (name: ReceiptCheck['name'], detail: string): ReceiptCheck => ({
  name,
  ok: false,
  detail,
});
