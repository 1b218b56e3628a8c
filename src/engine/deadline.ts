import { dueItems } from './due.ts';
import type { RunState } from './state.ts';

/** The earliest instant (ms since the epoch) at which FireTimer has something to do, or null. */
export const nextDeadline = (state: RunState): number | null => {
  let next: number | null = null;
  for (const { at } of dueItems(state)) if (next === null || at < next) next = at;
  return next;
};
