import type { hash as Hash } from 'node:crypto';

/** SHA-256 of bytes or of a text's UTF-8 bytes, in hex. Whoever only looks hashes nothing: the first call loads what it takes. */
export const sha256 = (of: string | Uint8Array): string => {
  hash ??= process.getBuiltinModule('node:crypto').hash;
  return hash('sha256', of);
};

let hash: typeof Hash | undefined;
