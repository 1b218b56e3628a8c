/**
 * How often a channel may be written to: a token bucket shared by everything in the channel.
 * Owns the waiting line: urgent writers go first, otherwise first come, first served.
 */
import type { Clock } from '../lib/clock.ts';

export interface Budget {
  /** Calls `go` when there is a token, at the earliest now. Returns a function that gives up waiting. */
  take(urgent: boolean, go: () => void): () => void;
  /** Uses a token without waiting for one: for messages that must not wait. */
  spend(): void;
}

/** A bucket of `capacity` tokens, one more every `interval` ms. */
export const createBudget = (
  clock: Clock,
  {
    capacity = 5,
    interval = 1000,
  }: { readonly capacity?: number; readonly interval?: number } = {},
): Budget => {
  type Waiting = { readonly urgent: boolean; readonly go: () => void };
  let tokens = capacity;
  let filledAt = clock.now();
  let line: Waiting[] = [];
  let cancel: (() => void) | null = null;

  const refill = (): void => {
    const gained = Math.floor((clock.now() - filledAt) / interval);
    if (gained <= 0) return;
    tokens = Math.min(capacity, tokens + gained);
    filledAt = tokens === capacity ? clock.now() : filledAt + gained * interval;
  };

  const serve = (): void => {
    cancel = null;
    refill();
    while (tokens > 0 && line.length > 0) {
      const next = line.find((one) => one.urgent) ?? line[0];
      line = line.filter((one) => one !== next);
      tokens -= 1;
      next?.go();
    }
    if (line.length > 0) {
      cancel ??= clock.after(Math.max(1, filledAt + interval - clock.now()), serve);
    }
  };

  return {
    take(urgent, go) {
      const waiting = { urgent, go };
      line.push(waiting);
      if (cancel === null) serve();
      return () => {
        line = line.filter((one) => one !== waiting);
        if (line.length === 0) {
          cancel?.();
          cancel = null;
        }
      };
    },
    spend() {
      refill();
      tokens = Math.max(-capacity, tokens - 1);
    },
  };
};

/** Budget of nobody: every writer goes at once. */
export const unlimited: Budget = {
  take(_urgent, go) {
    go();
    return () => undefined;
  },
  spend: () => undefined,
};
