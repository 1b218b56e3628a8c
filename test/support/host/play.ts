/** Lets virtual time go on while something is under way, or for a while. */
import { expect } from 'vitest';
import { settled, type VirtualTime } from './virtual-time.ts';

export interface Play {
  /** What `work` comes to; fails when it does not end. */
  readonly during: <T>(work: Promise<T>) => Promise<T>;
  readonly goOnFor: (ms: number) => Promise<void>;
}

const MOST_TURNS = 10_000;

export const createPlay = (time: VirtualTime): Play => ({
  async during(work) {
    const over: true[] = [];
    const watched = work.finally(() => over.push(true));
    watched.catch(() => undefined);
    for (let turns = 0; over.length === 0 && turns < MOST_TURNS; turns += 1) {
      await settled();
      if (over.length === 0) await time.step();
    }
    expect(over).toEqual([true]);
    return watched;
  },
  async goOnFor(ms) {
    const end = time.now() + ms;
    time.after(ms, () => undefined);
    while (time.now() < end) {
      await settled();
      await time.step();
    }
  },
});
