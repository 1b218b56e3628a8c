import type { HostClock } from './host/host.ts';

/** A clock that stands still until it is told to move. For tests and for `workflow test`. */
export interface ManualClock extends HostClock {
  /** Moves time on by `duration` ms, running what falls due on the way in order of due time. */
  advance(duration: number): Promise<void>;
  /** Due time of the earliest pending timer, or null when nothing waits. */
  next(): number | null;
}

type Timer = { readonly due: number; readonly order: number; readonly callback: () => void };

/** Creates a clock that starts at `start` (ms since the epoch). */
export const createManualClock = (start = 0): ManualClock => {
  let now = start;
  let order = 0;
  const timers = new Set<Timer>();

  const earliest = (): Timer | null => {
    let first: Timer | null = null;
    for (const timer of timers) {
      if (
        first === null ||
        timer.due < first.due ||
        (timer.due === first.due && timer.order < first.order)
      ) {
        first = timer;
      }
    }
    return first;
  };

  return {
    now: () => now,
    monotonic: () => now,
    after(delay, callback) {
      const timer = { due: now + Math.max(0, delay), order: order++, callback };
      timers.add(timer);
      return () => void timers.delete(timer);
    },
    async advance(duration) {
      const end = now + duration;
      for (;;) {
        await settle();
        const timer = earliest();
        if (timer === null || timer.due > end) break;
        timers.delete(timer);
        now = timer.due;
        timer.callback();
      }
      now = end;
      await settle();
    },
    next: () => earliest()?.due ?? null,
  };
};

/** Lets promise callbacks that are already due run before time moves. */
const settle = async (): Promise<void> => {
  for (let turn = 0; turn < 20; turn += 1) await Promise.resolve();
};
