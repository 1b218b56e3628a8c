/** Discord ids: milliseconds since 2015 in the high bits, so they sort by time. */

const EPOCH = 1_420_070_400_000n;

/** Makes ids; every id is new, and later calls without `at` give greater ids. */
export function createSnowflakes(now: () => number): (at?: number) => string {
  const given = new Set<bigint>();
  let newest = 0n;
  return (at) => {
    let id = (BigInt(Math.floor(at ?? now())) - EPOCH) << 22n;
    if (at === undefined && id <= newest) id = newest + 1n;
    while (given.has(id)) id += 1n;
    given.add(id);
    if (at === undefined) newest = id;
    return id.toString();
  };
}

/** Oldest first, as Discord orders messages. */
export const bySnowflake = (a: { readonly id: string }, b: { readonly id: string }): number => {
  const difference = BigInt(a.id) - BigInt(b.id);
  return difference < 0n ? -1 : difference > 0n ? 1 : 0;
};
