import { parseDuration } from './duration.ts';

/** A rate: at most `count` per `per` ms. */
export interface Rate {
  readonly count: number;
  readonly per: number;
}

/** `10 per 1m`, `1/10s`, or `5/s`; null when it is none. */
export const parseRate = (text: string): Rate | null => {
  const [, count = '', per = ''] = /^\s*(\d+)(?:\s*\/\s*|\s+per\s+)(\S+)\s*$/u.exec(text) ?? [];
  // `5/s` is five a second.
  const ms = parseDuration(/^\d/u.test(per) ? per : `1${per}`);
  return Number(count) > 0 && ms !== null && ms > 0 ? { count: Number(count), per: ms } : null;
};
