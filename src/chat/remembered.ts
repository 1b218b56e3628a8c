/** Things remembered for a while, in memory: what a button stands for, whose mistake a reply is. */
import type { Clock } from '../lib/clock.ts';

export interface Remembered<T> {
  set(key: string, value: T): void;
  /** The value, while it is young enough. */
  get(key: string): T | null;
  delete(key: string): void;
}

/** Forgets after `lifetime` ms, and the oldest first when there are more than `limit`. */
export const createRemembered = <T>(
  clock: Pick<Clock, 'now'>,
  lifetime: number,
  limit = 1000,
): Remembered<T> => {
  const entries = new Map<string, { readonly value: T; readonly at: number }>();
  return {
    set(key, value) {
      entries.delete(key);
      entries.set(key, { value, at: clock.now() });
      for (const old of entries.keys()) {
        if (entries.size <= limit) break;
        entries.delete(old);
      }
    },
    get(key) {
      const entry = entries.get(key);
      if (entry === undefined) return null;
      if (clock.now() - entry.at <= lifetime) return entry.value;
      entries.delete(key);
      return null;
    },
    delete: (key) => void entries.delete(key),
  };
};
