import type { HostClock } from './host/host.ts';

/**
 * Milliseconds after which others get a turn. A twentieth of all time goes to projections, so one
 * task in twenty meets a slice of them: it must be of the size of a task's own work.
 */
const SLICE = 0.5;

/** Calls `work` for each item, letting others have a turn in between, however many items there are. */
export const inTurns = async <T>(
  clock: Pick<HostClock, 'monotonic'>,
  items: Iterable<T>,
  work: (item: T) => void,
): Promise<void> => {
  let begun = clock.monotonic();
  for (const item of items) {
    work(item);
    if (clock.monotonic() - begun < SLICE) continue;
    await new Promise(setImmediate);
    begun = clock.monotonic();
  }
};
