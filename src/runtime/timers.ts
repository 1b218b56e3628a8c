/**
 * One timer per run, set to the earliest instant at which the engine has something to
 * decide. Deadlines are computed from the state, so a restart or a jump of the clock needs
 * nothing special: `FireTimer` only says "look at the clock".
 */
import { nextDeadline } from '../engine/deadline.ts';
import type { RunId } from '../engine/ids.ts';
import type { RunState } from '../engine/state.ts';
import type { Clock } from '../lib/clock.ts';

export interface Timers {
  follow(state: RunState): void;
  forget(run: RunId): void;
  stop(): void;
}

interface Armed {
  /** The run's next deadline (ms since the epoch). */
  due: number;
  /** The deadline for which the timer was set: that one or an earlier one. */
  readonly since: number;
  readonly cancel: () => void;
}

/** Deadlines are looked at again at least this often (ms), so a jump of the clock is noticed. */
const LONGEST_SLEEP = 60_000;

export const createTimers = (options: {
  readonly clock: Clock;
  readonly fire: (run: RunId) => void;
}): Timers => {
  const armed = new Map<RunId, Armed>();
  let stopped = false;

  const disarm = (run: RunId): void => {
    armed.get(run)?.cancel();
    armed.delete(run);
  };

  const arm = (run: RunId, due: number): void => {
    const wake = (): void => {
      if (options.clock.now() < timer.due) return arm(run, timer.due);
      armed.delete(run);
      options.fire(run);
    };
    const delay = Math.min(Math.max(0, due - options.clock.now()), LONGEST_SLEEP);
    const timer = { due, since: due, cancel: options.clock.after(delay, wake) };
    armed.set(run, timer);
  };

  return {
    follow(state) {
      if (stopped) return;
      const due = nextDeadline(state);
      const timer = armed.get(state.id);
      if (due !== null && timer !== undefined && timer.since <= due) {
        // It wakes up early and finds that there is more time: cheaper than a new timer a change.
        timer.due = due;
        return;
      }
      disarm(state.id);
      if (due !== null) arm(state.id, due);
    },
    forget: disarm,
    stop() {
      stopped = true;
      for (const { cancel } of armed.values()) cancel();
      armed.clear();
    },
  };
};
