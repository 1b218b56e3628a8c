import type { Host } from '../lib/host/host.ts';
import type { Entropy } from './ports.ts';

const ALPHABET = '0123456789abcdefghijklmnopqrstuvwxyz';

/** 40 characters of `0-9a-z` from the host's randomness. */
export const createEntropy =
  ({ random }: Pick<Host, 'random'>): Entropy =>
  () => {
    let text = '';
    // 252 is the largest multiple of 36 below 256: bytes above it would favour the first letters.
    while (text.length < 40) {
      for (const byte of random(48)) {
        if (byte < 252 && text.length < 40) text += ALPHABET[byte % 36];
      }
    }
    return text;
  };
