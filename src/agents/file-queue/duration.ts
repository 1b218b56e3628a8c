/** Durations as queue files write them: `5s`, `1h30m`, a bare number of seconds. */

/** Milliseconds, or null when `value` is no duration. */
export const readDuration = (value: unknown): number | null => {
  if (typeof value === 'number') return Number.isFinite(value) && value >= 0 ? value * 1000 : null;
  if (typeof value !== 'string') return null;
  const text = value.trim();
  if (/^\d+(\.\d+)?$/.test(text)) return Number(text) * 1000;
  if (!/^(\d+(\.\d+)?(ms|[smhdw]))+$/.test(text)) return null;
  let total = 0;
  for (const [, amount = '', unit = ''] of text.matchAll(/(\d+(?:\.\d+)?)(ms|[smhdw])/g)) {
    total += Number(amount) * (UNITS[unit] ?? 0);
  }
  return total;
};

/** Whole seconds, rounded up: agents written to the guide read `1500ms` as 1500 minutes. */
export const writeDuration = (ms: number): string => `${Math.ceil(ms / 1000)}s`;

const UNITS: Readonly<Record<string, number>> = {
  ms: 1,
  s: 1_000,
  m: 60_000,
  h: 3_600_000,
  d: 86_400_000,
  w: 604_800_000,
};
