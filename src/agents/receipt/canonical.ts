/**
 * Seals: a text that carries the SHA-256 of itself.
 *
 * What a seal covers is the bytes of the file as they are, not what they mean, so that any change
 * is found: white space, comments and line ends included.
 * - a receipt ends with the line `sha256: <hex>`, the hash of every byte before that line;
 * - a manifest begins with the line `# FILE.MANIFEST 1 sha256 <hex>`, the hash of every byte after it.
 */
import { createHash } from 'node:crypto';

/** The receipt's text with its last line, and the hash in it. */
export const sealReceipt = (body: string): { readonly text: string; readonly sha256: string } => {
  const sha256 = sha256Of(body);
  return { text: `${body}sha256: ${sha256}\n`, sha256 };
};

/** The manifest's text with its first line. */
export const sealManifest = (body: string): string =>
  `# FILE.MANIFEST 1 sha256 ${sha256Of(body)}\n${body}`;

/** A sealed file taken apart: what it says its hash is, and what it is. */
export interface Seal {
  readonly stated: string;
  readonly actual: string;
}

/** Null when the last line is not a seal. */
export const receiptSeal = (bytes: Uint8Array): Seal | null => {
  const line = Buffer.from(bytes.subarray(-RECEIPT_LINE)).toString('latin1');
  const stated = /^sha256: ([0-9a-f]{64})\n$/u.exec(line)?.[1];
  return stated === undefined
    ? null
    : { stated, actual: sha256Of(bytes.subarray(0, bytes.length - RECEIPT_LINE)) };
};

/** Null when the first line is not a seal. */
export const manifestSeal = (bytes: Uint8Array): Seal | null => {
  const line = Buffer.from(bytes.subarray(0, MANIFEST_LINE)).toString('latin1');
  const stated = /^# FILE\.MANIFEST 1 sha256 ([0-9a-f]{64})\n$/u.exec(line)?.[1];
  return stated === undefined ? null : { stated, actual: sha256Of(bytes.subarray(MANIFEST_LINE)) };
};

const RECEIPT_LINE = 'sha256: \n'.length + 64;
const MANIFEST_LINE = '# FILE.MANIFEST 1 sha256 \n'.length + 64;

/** Hex SHA-256 of bytes, or of a text's UTF-8. */
export const sha256Of = (data: string | Uint8Array): string =>
  createHash('sha256').update(data).digest('hex');
