/**
 * Time as a port. Everything that waits or stamps asks a Clock, so tests own time.
 */
export interface Clock {
  /** Wall-clock time in milliseconds since the Unix epoch. */
  now(): number;
  /**
   * Runs `callback` once after `delay` milliseconds (at least; 0 means soon).
   * Returns a function that cancels it; cancelling twice is harmless.
   */
  after(delay: number, callback: () => void): () => void;
}

/** Longest delay one `setTimeout` takes; longer ones are chained. */
const LONGEST_DELAY = 2 ** 31 - 1;

/** The machine's clock. */
export const systemClock: Clock = {
  now: () => Date.now(),
  after(delay, callback) {
    let handle: NodeJS.Timeout;
    const arm = (left: number): void => {
      handle =
        left > LONGEST_DELAY
          ? setTimeout(() => arm(left - LONGEST_DELAY), LONGEST_DELAY)
          : setTimeout(callback, Math.max(0, left));
    };
    arm(delay);
    return () => clearTimeout(handle);
  },
};
