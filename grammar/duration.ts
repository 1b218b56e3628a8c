/** Durations are written `5m`, `1h30m`, `250ms`; inside the program they are whole milliseconds. */

const UNITS = { w: 604_800_000, d: 86_400_000, h: 3_600_000, m: 60_000, s: 1000, ms: 1 } as const;

/**
 * Milliseconds of a duration; a bare number is seconds. Null for what is no duration: negative,
 * not finite, too large for whole milliseconds, or other text. Units are `ms s m h d w`, several
 * add up, white space around them is allowed.
 */
export const parseDuration = (text: string | number): number | null => {
  if (typeof text === 'number') return whole(text * 1000);
  const source = text.trim();
  if (/^\d+(?:\.\d+)?$/.test(source)) return whole(Number(source) * 1000);
  let sum = 0;
  let end = 0;
  part.lastIndex = 0;
  for (let found = part.exec(source); found !== null; found = part.exec(source)) {
    sum += Number(found[1]) * unitOf(found[2]);
    end = part.lastIndex;
  }
  return end === source.length && end > 0 ? whole(sum) : null;
};

/** The shortest exact form, largest unit first: `1h30m`, `2d`, `0s`. Fractions of a millisecond are rounded. */
export const formatDuration = (ms: number): string => {
  if (!Number.isFinite(ms)) return String(ms);
  let rest = Math.round(Math.abs(ms));
  let text = '';
  for (const [unit, size] of Object.entries(UNITS)) {
    const count = Math.floor(rest / size);
    if (count > 0) text += `${count}${unit}`;
    rest -= count * size;
  }
  if (text === '') return '0s';
  return ms < 0 ? `-${text}` : text;
};

const part = /(\d+(?:\.\d+)?)(ms|[smhdw])\s*/y;

function unitOf(unit: string | undefined): number {
  switch (unit) {
    case 'w':
    case 'd':
    case 'h':
    case 'm':
    case 's':
      return UNITS[unit];
    default:
      return UNITS.ms;
  }
}

function whole(ms: number): number | null {
  const rounded = Math.round(ms);
  if (Object.is(rounded, -0)) return ms < 0 ? null : 0;
  return rounded >= 0 && rounded <= Number.MAX_SAFE_INTEGER ? rounded : null;
}
