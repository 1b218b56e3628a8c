import type { Host } from '../lib/host/host.ts';
import type { Entropy } from './ports.ts';

const ALPHABET = '0123456789abcdefghijklmnopqrstuvwxyz';

/** Bytes asked for at a time: to the system a call costs more than the bytes. */
const POOL = 1024;

/** 40 characters of `0-9a-z` from the host's randomness. */
export const createEntropy = ({ random }: Pick<Host, 'random'>): Entropy => {
  let pool: Uint8Array = new Uint8Array();
  let used = 0;
  return () => {
    let text = '';
    while (text.length < 40) {
      if (used === pool.length) {
        pool = random(POOL);
        used = 0;
      }
      const byte = pool[used] ?? 0;
      used += 1;
      // 252 is the largest multiple of 36 below 256: bytes above it would favour the first letters.
      if (byte < 252) text += ALPHABET[byte % 36];
    }
    return text;
  };
};
