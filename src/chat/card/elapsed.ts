/** Spans of time as people read them; coarse, so that a card does not change every moment. */

/** Such as `0.4 s`, `12 s`, `2 min 5 s`, `3 h 20 min`, `2 d 4 h`. */
export const elapsed = (ms: number): string => {
  const span = Math.max(0, ms);
  if (span < 10_000) return `${(Math.round(span / 100) / 10).toString()} s`;
  const seconds = Math.round(span / 1000);
  if (seconds < 60) return `${seconds} s`;
  const minutes = Math.floor(seconds / 60);
  if (minutes < 60) return two(`${minutes} min`, seconds % 60, 's');
  const hours = Math.floor(minutes / 60);
  if (hours < 24) return two(`${hours} h`, minutes % 60, 'min');
  return two(`${Math.floor(hours / 24)} d`, hours % 24, 'h');
};

/** A silence worth mentioning, in steps (10 s, then minutes), or null when it is short. */
export const silence = (ms: number): string | null => {
  if (ms < 30_000) return null;
  if (ms < 60_000) return `${Math.floor(ms / 10_000) * 10} s`;
  return elapsed(Math.floor(ms / 60_000) * 60_000);
};

const two = (first: string, rest: number, unit: string): string =>
  rest === 0 ? first : `${first} ${rest} ${unit}`;
