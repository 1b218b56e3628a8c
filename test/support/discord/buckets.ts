/** Rate limit buckets: one per route and main resource, and a global one. */
import { createHash } from 'node:crypto';
import type { BucketLimit, Settings } from './settings.ts';

/** What a bucket says about one request. */
export interface Ruling {
  readonly headers: Readonly<Record<string, string>>;
  /** Set when the request is over the limit. */
  readonly refusedForMs?: number;
  readonly global?: boolean;
}

/** Counts requests. */
export interface Buckets {
  /**
   * Counts a request of `route` on `major` (the channel, guild or webhook id). Interaction
   * routes are exempt from the global limit.
   */
  take(route: string, major: string, exempt: boolean): Ruling;
}

interface Window {
  readonly startedAt: number;
  used: number;
}

/** Creates empty buckets: fixed windows that start with their first request. */
export function createBuckets(settings: Settings): Buckets {
  const windows = new Map<string, Window>();
  const open = (key: string, { perMs }: BucketLimit): Window => {
    const now = settings.now();
    const current = windows.get(key);
    if (current !== undefined && now - current.startedAt < perMs) return current;
    const fresh = { startedAt: now, used: 0 };
    windows.set(key, fresh);
    return fresh;
  };
  return {
    take(route, major, exempt) {
      const limit = settings.bucketFor(route);
      const shared = open('global', settings.globalLimit);
      if (!exempt && shared.used >= settings.globalLimit.limit)
        return {
          headers: {},
          global: true,
          refusedForMs: shared.startedAt + settings.globalLimit.perMs - settings.now(),
        };
      if (!exempt) shared.used += 1;
      const window = open(`${route} ${major}`, limit);
      const resetsIn = Math.max(0, window.startedAt + limit.perMs - settings.now());
      const refused = window.used >= limit.limit;
      if (!refused) window.used += 1;
      return {
        headers: bucketHeaders(route, limit, window, resetsIn),
        ...(refused ? { refusedForMs: resetsIn } : {}),
      };
    },
  };
}

/** Headers that promise a bucket nobody has used. */
export const dishonestHeaders = (route: string): Readonly<Record<string, string>> =>
  bucketHeaders(route, { limit: 1000, perMs: 1 }, { startedAt: 0, used: 1 }, 1);

function bucketHeaders(
  route: string,
  { limit }: BucketLimit,
  { startedAt, used }: Window,
  resetsInMs: number,
): Readonly<Record<string, string>> {
  return {
    'x-ratelimit-limit': String(limit),
    'x-ratelimit-remaining': String(limit - used),
    'x-ratelimit-reset': String((startedAt + resetsInMs) / 1000),
    'x-ratelimit-reset-after': (resetsInMs / 1000).toFixed(3),
    'x-ratelimit-bucket': createHash('sha1').update(route).digest('hex').slice(0, 32),
  };
}
