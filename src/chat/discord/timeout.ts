/** A wait that ends by itself. */
import type { Clock } from '../../lib/clock.ts';

/** `passed` resolves after `duration` ms, unless it is cancelled before. */
export const withTimeout = (
  clock: Clock,
  duration: number,
): { readonly passed: Promise<'passed'>; cancel(): void } => {
  let cancel = (): void => undefined;
  const passed = new Promise<'passed'>((resolve) => {
    cancel = clock.after(duration, () => resolve('passed'));
  });
  return { passed, cancel: () => cancel() };
};
