/** A set of hashes that is sometimes wrong when it says yes, and never when it says no. */
export interface NameFilter {
  add(hash: number): void;
  mayHave(hash: number): boolean;
}

/** Bits per name: about one wrong yes in a hundred, and in ten once four times as many were added. */
const BITS = 128;

/** A filter for about `names` names; a few bytes each. */
export const createNameFilter = (names: number): NameFilter => {
  const size = 2 ** Math.ceil(Math.log2(Math.max(1_024, names) * BITS));
  const bits = new Uint8Array(size / 8);
  const place = (hash: number): number => hash & (size - 1);
  return {
    add(hash) {
      const at = place(hash);
      bits[at >>> 3] = (bits[at >>> 3] ?? 0) | (1 << (at & 7));
    },
    mayHave: (hash) => ((bits[place(hash) >>> 3] ?? 0) & (1 << (hash & 7))) !== 0,
  };
};
