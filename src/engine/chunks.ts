/**
 * A long list that changes one place at a time: lists of at most {@link SIZE} in a list, so that
 * a change copies two short lists instead of one long one. Plain JSON, never changed in place;
 * what was computed from a chunk may be remembered by the chunk's identity.
 */
export type Chunks<T> = readonly (readonly T[])[];

const SIZE = 64;

export const chunksOf = <T>(list: readonly T[]): Chunks<T> => {
  const chunks: T[][] = [];
  for (let at = 0; at < list.length; at += SIZE) chunks.push(list.slice(at, at + SIZE));
  return chunks;
};

export const lengthOf = (chunks: Chunks<unknown>): number =>
  chunks.length === 0 ? 0 : (chunks.length - 1) * SIZE + (chunks.at(-1)?.length ?? 0);

export const itemAt = <T>(chunks: Chunks<T>, index: number): T | undefined =>
  chunks[Math.floor(index / SIZE)]?.[index % SIZE];

/** The list with another item at `index`, which is there or is the next one. */
export const withItem = <T>(chunks: Chunks<T>, index: number, item: T): Chunks<T> => {
  const at = Math.floor(index / SIZE);
  const chunk = [...(chunks[at] ?? [])];
  chunk[index % SIZE] = item;
  const copy = [...chunks];
  copy[at] = chunk;
  return copy;
};

/** The list with every item put through `change`; chunks in which none changes are kept. */
export const mapChunks = <T>(chunks: Chunks<T>, change: (item: T) => T): Chunks<T> =>
  chunks.map((chunk) => {
    const changed = chunk.map(change);
    return changed.some((item, index) => item !== chunk[index]) ? changed : chunk;
  });

/** The index of the first item of a chunk. */
export const startOf = (chunk: number): number => chunk * SIZE;
