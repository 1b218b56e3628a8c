/**
 * What fails again and again because it is tried again and again: told when it begins, when the reason
 * changes, after a long while, and when it is over.
 */
import { errorCode } from './error-code.ts';
import type { HostClock } from './host/host.ts';
import type { Logger } from './logger.ts';

/** One thing that may fail. */
export interface Trouble {
  readonly failed: (error: unknown) => void;
  readonly worked: () => void;
}

/** Trouble with `what`, as the beginning of a sentence: "the state file". */
export const createTrouble = (
  what: string,
  logger: Pick<Logger, 'error' | 'warn'>,
  clock: Pick<HostClock, 'monotonic'>,
): Trouble => {
  let told: { readonly why: string; readonly at: number } | null = null;
  return {
    failed(err) {
      const why = errorCode(err) || String(err);
      const now = clock.monotonic();
      if (told?.why === why && now - told.at < AGAIN) return;
      told = { why, at: now };
      logger.error(
        { err },
        `${what} could not be written (${why}); runs go on, and it is tried again`,
      );
    },
    worked() {
      if (told === null) return;
      told = null;
      logger.warn({}, `${what} is written again`);
    },
  };
};

/** ms. */
const AGAIN = 10 * 60_000;
