/**
 * Runs that exist and have not begun: their planned time has not come, or the limits they count
 * towards have no place for them. A planned run seeks no place before its time.
 */
import type { RunState } from './state.ts';

/** True when nothing of the run may begin. */
export const isHeld = (run: RunState): boolean => run.notBefore !== null || run.needsPlace;

/** True when the run waits for a place and for nothing else. */
export const seeksPlace = (run: RunState): boolean =>
  run.status === 'RUNNING' && run.notBefore === null && run.needsPlace;

/** True when the run counts towards its limits. */
export const holdsPlace = (run: RunState): boolean =>
  run.places.length > 0 && run.ended === null && !isHeld(run);
