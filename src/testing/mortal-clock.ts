import type { Clock } from '../lib/clock.ts';

/** A clock whose timers end with the process that armed them. */
export const createMortalClock = (clock: Clock): Clock & { die(): void } => {
  const armed = new Set<() => void>();
  return {
    now: () => clock.now(),
    after(delay, callback) {
      const cancel = clock.after(delay, () => {
        armed.delete(cancel);
        callback();
      });
      armed.add(cancel);
      return () => {
        armed.delete(cancel);
        cancel();
      };
    },
    die() {
      for (const cancel of armed) cancel();
      armed.clear();
    },
  };
};
