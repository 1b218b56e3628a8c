/** Reads a receipt's bytes back; says why when they are not what was written. */
import { load } from 'js-yaml';
import { receiptSeal } from './canonical.ts';
import { receiptSchema } from './receipt.ts';
import type { Receipt } from './receipt.ts';

/** What a receipt says, with its seal, or the first thing wrong with it. */
export type ReadReceipt =
  | { readonly receipt: Receipt; readonly sha256: string }
  | { readonly problem: string; readonly check: 'format' | 'sha256' };

export const readReceipt = (bytes: Uint8Array): ReadReceipt => {
  const seal = receiptSeal(bytes);
  if (seal === null) {
    return { check: 'format', problem: 'the last line is not "sha256: " and 64 hex digits' };
  }
  if (seal.stated !== seal.actual) {
    return {
      check: 'sha256',
      problem: `the receipt was changed after it was written: it says ${seal.stated}, its content has ${seal.actual}`,
    };
  }
  const result = receiptSchema.safeParse(parsed(bytes));
  if (result.success) return { receipt: result.data, sha256: seal.stated };
  const [issue] = result.error.issues;
  return {
    check: 'format',
    problem: `not a receipt: ${issue?.path.join('.') ?? ''}: ${issue?.message ?? 'unreadable'}`,
  };
};

const parsed = (bytes: Uint8Array): unknown => {
  try {
    return load(Buffer.from(bytes).toString('utf8'), { maxAliases: 0 });
  } catch {
    return null;
  }
};
