/**
 * A set of names that only grows, as plain JSON. Names are spread over buckets, whose number
 * grows with them, so that adding one to ten thousand copies two short lists and a set of five
 * is one list of five.
 */
export type NameSet = readonly (readonly string[])[];

/** Names in a bucket before there are more buckets. */
const FULL = 8;
/** How many times as many there are then. */
const GROWTH = 16;
const MOST = 4096;

export const hasName = (names: NameSet, name: string): boolean =>
  names[bucketOf(name, names.length)]?.includes(name) === true;

export const withName = (names: NameSet, name: string): NameSet => {
  const at = bucketOf(name, names.length);
  const bucket = names[at];
  if (bucket === undefined) return [[name]];
  if (bucket.length >= FULL && names.length < MOST) return withName(spread(names), name);
  const copy = [...names];
  copy[at] = [...bucket, name];
  return copy;
};

/** The same names in more buckets. */
const spread = (names: NameSet): NameSet => {
  const buckets = Array.from({ length: names.length * GROWTH }, (): string[] => []);
  for (const name of names.flat()) buckets[bucketOf(name, buckets.length)]?.push(name);
  return buckets;
};

const bucketOf = (name: string, buckets: number): number => {
  let hash = 0;
  for (let index = 0; index < name.length; index += 1) {
    hash = (Math.imul(hash, 31) + name.charCodeAt(index)) >>> 0;
  }
  return buckets === 0 ? 0 : ((hash ^ (hash >>> 16)) >>> 0) % buckets;
};
