/**
 * A set of names that only grows, as plain JSON. Names are spread over buckets, so that adding
 * one to ten thousand does not copy them all.
 */
export type NameSet = Readonly<Record<string, Readonly<Record<string, true>>>>;

const BUCKETS = 256;

export const hasName = (names: NameSet, name: string): boolean => {
  const bucket = bucketOf(name);
  return Object.hasOwn(names, bucket) && Object.hasOwn(names[bucket] ?? {}, name);
};

export const withName = (names: NameSet, name: string): NameSet => {
  const bucket = bucketOf(name);
  return { ...names, [bucket]: { ...names[bucket], [name]: true } };
};

const bucketOf = (name: string): string => {
  let hash = 0;
  for (let index = 0; index < name.length; index += 1) {
    hash = (Math.imul(hash, 31) + name.charCodeAt(index)) >>> 0;
  }
  return `b${(hash ^ (hash >>> 16)) % BUCKETS}`;
};
