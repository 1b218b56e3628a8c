/**
 * A clock that never goes back. Set forth, it follows (a suspended machine wakes up to a later
 * time); set back, it goes on counting from where it was until the wall clock has caught up, so
 * that what was due in three seconds is not due tomorrow.
 */
import type { HostClock } from './host/host.ts';

export interface SteadyClock extends HostClock {
  /**
   * History has come to `at` (ms since the epoch) already: no time before it is shown. More than
   * {@link FARTHEST} ahead it is taken for a mistake of the wall clock of then, and passed over.
   * Returns by how many ms the wall clock is behind, 0 when it is not.
   */
  notBefore(at: number): number;
}

/** Two days, in ms. */
const FARTHEST = 172_800_000;

export const createSteadyClock = (clock: HostClock): SteadyClock => {
  let shown = clock.now();
  let since = clock.monotonic();

  const now = (): number => {
    const passed = clock.monotonic() - since;
    since += passed;
    shown = Math.max(clock.now(), shown + passed);
    return Math.floor(shown);
  };

  return {
    now,
    monotonic: () => clock.monotonic(),
    after: (delay, callback) => clock.after(delay, callback),
    notBefore(at) {
      const behind = at - now();
      if (behind <= 0 || behind > FARTHEST) return 0;
      shown = at;
      return behind;
    },
  };
};
