/**
 * Who holds a slot of an agent or a place of a concurrency key, who waits for one, and when
 * attempts began that a rate counts. Told by `slots.ts`, which reads it off the states (I8).
 */
import type { Rate } from '../../grammar/rate.ts';
import type { Clock } from '../lib/clock.ts';

/** One limit that a row must find a place in. */
export interface Need {
  /** Rows with the same limit share it. */
  readonly limit: string;
  /** Open attempts at a time, or null for any number. */
  readonly max: number | null;
  readonly rate: Rate | null;
  /** Rows above this one that hold a place of it already: their place is this row's too. */
  readonly above: readonly string[];
}

export interface Capacity {
  readonly free: number;
  /** When the rate frees the next place, or null when it holds nothing back. */
  readonly at: number | null;
}

export interface SlotLimits {
  hold(row: string, limit: string): void;
  release(row: string, limit: string): void;
  /** An attempt began at `at` (ms); being told twice changes nothing. */
  began(attempt: string, need: Need, at: number): void;
  holds(row: string, limit: string): boolean;
  capacity(need: Need): Capacity;
}

interface Limit {
  readonly open: Set<string>;
  /** When attempts began, within the longest window that anybody counts. */
  readonly begun: Map<string, number>;
  window: number;
}

export const createSlotLimits = (clock: Clock): SlotLimits => {
  const limits = new Map<string, Limit>();

  const limitOf = (name: string): Limit => {
    let limit = limits.get(name);
    if (limit === undefined) {
      limit = { open: new Set(), begun: new Map(), window: 0 };
      limits.set(name, limit);
    }
    return limit;
  };

  /** Attempts within the rate's window: how many, and when the oldest began. */
  const within = (limit: Limit, per: number): { count: number; oldest: number } => {
    limit.window = Math.max(limit.window, per);
    const now = clock.now();
    let count = 0;
    let oldest = Infinity;
    for (const [attempt, at] of limit.begun) {
      if (at <= now - limit.window) limit.begun.delete(attempt);
      else if (at > now - per) {
        count += 1;
        oldest = Math.min(oldest, at);
      }
    }
    return { count, oldest };
  };

  return {
    hold: (row, name) => void limitOf(name).open.add(row),
    release(row, name) {
      const limit = limits.get(name);
      limit?.open.delete(row);
      // Keys come and go; those with a rate are named in a definition and stay.
      if (limit?.open.size === 0 && limit.window === 0) limits.delete(name);
    },
    began(attempt, need, at) {
      const limit = limitOf(need.limit);
      limit.window = Math.max(limit.window, need.rate?.per ?? 0);
      if (at > clock.now() - limit.window) limit.begun.set(attempt, at);
    },
    holds: (row, name) => limits.get(name)?.open.has(row) ?? false,
    capacity({ limit: name, max, rate, above }) {
      const limit = limits.get(name);
      const shared = above.filter((row) => limit?.open.has(row)).length;
      const byCount = (max ?? Infinity) - (limit?.open.size ?? 0) + shared;
      if (rate === null) return { free: Math.max(0, byCount), at: null };
      const { count, oldest } = within(limitOf(name), rate.per);
      const byRate = rate.count - count;
      return {
        free: Math.max(0, Math.min(byCount, byRate)),
        at: byRate > 0 ? null : oldest + rate.per,
      };
    },
  };
};
