/** Work that is done, and done again after a while, until it is stopped. */
import type { Clock } from '../lib/clock.ts';

export interface Repeated {
  /** Begins nothing more; resolves when nothing is under way. */
  stop(): Promise<void>;
}

/**
 * Begins at once. `work` says after how many ms it wants to be done again, and asks `stopped` when
 * it takes long; when it fails, `failed` is told and says so.
 */
export const repeat = (options: {
  readonly clock: Clock;
  readonly work: (stopped: () => boolean) => Promise<number>;
  readonly failed: (error: unknown) => number;
}): Repeated => {
  let stopped = false;
  let cancel: () => void = () => undefined;
  let working: Promise<void> = Promise.resolve();

  const turn = (): void => {
    working = options
      .work(() => stopped)
      .catch(options.failed)
      .then((pause) => {
        if (!stopped) cancel = options.clock.after(pause, turn);
      });
  };
  turn();

  return {
    async stop() {
      stopped = true;
      cancel();
      await working;
    },
  };
};
