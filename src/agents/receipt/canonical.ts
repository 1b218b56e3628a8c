/**
 * Seals: a text that carries the SHA-256 of itself.
 *
 * What a seal covers is the bytes of the file as they are, not what they mean, so that any change
 * is found: white space, comments and line ends included.
 * - a receipt ends with the line `sha256: <hex>`, the hash of every byte before that line;
 * - a manifest begins with the line `# FILE.MANIFEST 1 sha256 <hex>`, the hash of every byte after it.
 */
import { createHash } from 'node:crypto';
import { createReadStream } from 'node:fs';

/** The receipt's text with its last line, and the hash in it. */
export const sealReceipt = (body: string): { readonly text: string; readonly sha256: string } => {
  const sha256 = sha256Of(body);
  return { text: `${body}sha256: ${sha256}\n`, sha256 };
};

/** A manifest's first line; `sha256` is that of every byte after it. */
export const manifestSealLine = (sha256: string): string => `# FILE.MANIFEST 1 sha256 ${sha256}\n`;

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

/**
 * Null when the first line is not a seal. Reads the file in pieces.
 * @throws system errors when it cannot be read
 */
export const manifestSeal = async (path: string): Promise<Seal | null> => {
  const rest = createHash('sha256');
  let line = Buffer.alloc(0);
  for await (const chunk of createReadStream(path)) {
    const bytes: Buffer = chunk;
    const missing = Math.min(MANIFEST_LINE - line.length, bytes.length);
    line = Buffer.concat([line, bytes.subarray(0, missing)]);
    rest.update(bytes.subarray(missing));
  }
  const stated = /^# FILE\.MANIFEST 1 sha256 ([0-9a-f]{64})\n$/u.exec(line.toString('latin1'))?.[1];
  return stated === undefined ? null : { stated, actual: rest.digest('hex') };
};

const MANIFEST_LINE = manifestSealLine('0'.repeat(64)).length;
const RECEIPT_LINE = 'sha256: \n'.length + 64;

/** Hex SHA-256 of bytes, or of a text's UTF-8. */
export const sha256Of = (data: string | Uint8Array): string =>
  createHash('sha256').update(data).digest('hex');
