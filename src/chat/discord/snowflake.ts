/** Discord's ids: numbers of 17 to 20 digits with the time in their high bits. */
const EPOCH = 1_420_070_400_000;

export const isSnowflake = (text: string): boolean => /^\d{17,20}$/.test(text);

/** When the thing with this id was made (ms since the epoch). */
export const timeOf = (id: string): number => Number(BigInt(id) >> 22n) + EPOCH;

/** Orders ids, oldest first. */
export const byAge = (a: string, b: string): number => {
  const difference = BigInt(a) - BigInt(b);
  return difference < 0n ? -1 : difference > 0n ? 1 : 0;
};

export const isNewer = (id: string, than: string): boolean => byAge(id, than) > 0;
