/**
 * Waiting for the loopback's state without sleeping: whoever changes state calls `changed()`,
 * and every pending `waitFor` looks again.
 */

/** Says that something changed, and waits for changes. */
export interface Hub {
  readonly changed: () => void;
  /**
   * Resolves with the first answer of `look` that is neither `undefined` nor `false`.
   * Rejects after `timeoutMs` (default 10 s) with `what` in the message.
   */
  readonly waitFor: <T>(
    look: () => T | undefined | false,
    timeoutMs?: number,
    what?: string,
  ) => Promise<T>;
}

/** Creates a hub with nobody waiting. */
export function createHub(): Hub {
  const waiting = new Set<() => void>();
  return {
    changed() {
      for (const look of waiting) look();
    },
    waitFor(look, timeoutMs = 10_000, what = 'a condition on the loopback Discord') {
      return new Promise((resolve, reject) => {
        const attempt = (): void => {
          try {
            const found = look();
            if (found === undefined || found === false) return;
            settle();
            resolve(found);
          } catch (error) {
            settle();
            reject(error instanceof Error ? error : new Error(String(error)));
          }
        };
        const timer = setTimeout(() => {
          settle();
          reject(new Error(`Waited ${timeoutMs} ms for ${what}, and it did not come.`));
        }, timeoutMs);
        const settle = (): void => {
          clearTimeout(timer);
          waiting.delete(attempt);
        };
        waiting.add(attempt);
        attempt();
      });
    },
  };
}
