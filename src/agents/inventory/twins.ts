/**
 * Which checksums may come more than once in a list too long to hold: eight bytes for each file
 * are kept, then those that are alone are told apart. Whoever is left is compared exactly.
 */
import type { Portions } from './file-list.ts';

/** False for a checksum that comes once. */
export const findTwins = async (
  files: Portions<{ readonly sha256: string | null }>,
): Promise<(sha256: string) => boolean> => {
  let heads = new Float64Array(1_024);
  let length = 0;
  for await (const portion of files()) {
    for (const { sha256 } of portion) {
      if (sha256 === null) continue;
      if (length === heads.length) {
        const larger = new Float64Array(2 * length);
        larger.set(heads);
        heads = larger;
      }
      heads[length] = headOf(sha256);
      length += 1;
    }
  }
  const sorted = heads.subarray(0, length).sort();
  const twice = new Set<number>();
  for (let at = 1; at < length; at += 1) {
    const head = sorted[at] ?? 0;
    if (head === sorted[at - 1]) twice.add(head);
  }
  return (sha256) => twice.has(headOf(sha256));
};

/** The first 52 bits, which a double holds exactly. */
const headOf = (sha256: string): number => Number.parseInt(sha256.slice(0, 13), 16);
