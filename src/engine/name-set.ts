/**
 * A set of names that only grows, as plain JSON. Names are spread over buckets, so that adding
 * one to ten thousand copies two short lists.
 */
export type NameSet = readonly (readonly string[])[];

const BUCKETS = 256;

export const hasName = (names: NameSet, name: string): boolean =>
  names[bucketOf(name)]?.includes(name) === true;

export const withName = (names: NameSet, name: string): NameSet => {
  const bucket = bucketOf(name);
  const copy = [...names];
  while (copy.length <= bucket) copy.push([]);
  copy[bucket] = [...(copy[bucket] ?? []), name];
  return copy;
};

const bucketOf = (name: string): number => {
  let hash = 0;
  for (let index = 0; index < name.length; index += 1) {
    hash = (Math.imul(hash, 31) + name.charCodeAt(index)) >>> 0;
  }
  return ((hash ^ (hash >>> 16)) >>> 0) % BUCKETS;
};
