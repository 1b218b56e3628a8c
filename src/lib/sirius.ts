/**
 * Sirius time, the 3OX calendar: `⧗-YY.DD`, where DD counts whole UTC days since the
 * last 7 August and YY is the two-digit year of that 7 August.
 */

const DAY = 86_400_000;

/** The day on which instant `at` (ms since the epoch) falls, as in `⧗-25.61`. */
export const siriusDay = (at: number): string => {
  const year = new Date(at).getUTCFullYear();
  const thisYear = Date.UTC(year, 7, 7);
  const start = at >= thisYear ? thisYear : Date.UTC(year - 1, 7, 7);
  const yy = String(new Date(start).getUTCFullYear() % 100).padStart(2, '0');
  return `⧗-${yy}.${Math.floor((at - start) / DAY)}`;
};

/** The same with the UTC time of day, as in `⧗-25.61.1420`. */
export const siriusTime = (at: number): string => {
  const date = new Date(at);
  const hours = String(date.getUTCHours()).padStart(2, '0');
  const minutes = String(date.getUTCMinutes()).padStart(2, '0');
  return `${siriusDay(at)}.${hours}${minutes}`;
};

/**
 * ISO-8601 UTC with milliseconds, the other form every record carries. A scan prints one for every
 * file, and it is the day that takes time: the last one is kept.
 */
export const isoTime = (at: number): string => {
  const whole = Math.trunc(at);
  const day = Math.floor(whole / DAY);
  if (day !== lastDay.day) lastDay = { day, text: new Date(whole).toISOString().slice(0, -13) };
  const rest = whole - day * DAY;
  const seconds = Math.floor(rest / 1_000);
  const minutes = Math.floor(seconds / 60);
  const time = `${two(Math.floor(minutes / 60))}:${two(minutes % 60)}:${two(seconds % 60)}`;
  return `${lastDay.text}${time}.${String(rest % 1_000).padStart(3, '0')}Z`;
};

let lastDay = { day: Number.NaN, text: '' };

const two = (value: number): string => (value < 10 ? `0${value}` : `${value}`);
