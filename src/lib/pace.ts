/**
 * Work that may take only a small share of a processor, however much there is of it: it is done in
 * short slices with a rest after each, until somebody waits for its end.
 */
import type { HostClock } from './host/host.ts';

/** The pace of one piece of work. It begins with its making. */
export interface Pace {
  /** True when it is time for a {@link rest}. */
  isDue(): boolean;
  /** Rests as long as the time since the last rest asks for; in a hurry, gives others a turn. */
  rest(): Promise<void>;
  /** Calls `work` for each item, with rests in between. */
  each<T>(items: Iterable<T>, work: (item: T) => void): Promise<void>;
  /** The rest (ms) that is owed for the time since the last one; at most ten seconds. */
  owed(): number;
  /** No rests from now on; the one under way ends. */
  hurry(): void;
}

/**
 * Milliseconds after which it is time for a rest. One task in twenty meets a slice of a projection:
 * it must be of the size of a task's own work.
 */
const SLICE = 0.5;

/** ms; no single step of work takes long, but a disk may stall, or the process be suspended in it. */
const LONGEST_REST = 10_000;

/** A pace of `ratio` ms of rest for each ms of work. */
export const createPace = (clock: Pick<HostClock, 'monotonic' | 'after'>, ratio: number): Pace => {
  let begun = clock.monotonic();
  let hurried = false;
  let wake: () => void = () => undefined;

  const isDue = (): boolean => clock.monotonic() - begun >= SLICE;
  const owed = (): number => Math.min(LONGEST_REST, (clock.monotonic() - begun) * ratio);

  const rest = async (): Promise<void> => {
    if (hurried) await new Promise(setImmediate);
    else {
      await new Promise<void>((resolve) => {
        const cancel = clock.after(owed(), resolve);
        wake = () => {
          cancel();
          resolve();
        };
      });
    }
    begun = clock.monotonic();
  };

  return {
    isDue,
    owed,
    rest,
    async each(items, work) {
      let first = true;
      for (const item of items) {
        if (!first && isDue()) await rest();
        first = false;
        work(item);
      }
    },
    hurry() {
      hurried = true;
      wake();
    },
  };
};
