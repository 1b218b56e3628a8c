import type { Rejection } from '../commands.ts';
import type { Draft } from '../draft.ts';
import { seeksPlace } from '../hold.ts';
import { settle } from '../settle.ts';

/** Gives the run its places. A run that seeks none needs none. */
export const releaseRun = (draft: Draft): Rejection | null => {
  if (!seeksPlace(draft.run)) return null;
  draft.emit({ type: 'RunReleased', from: 'place' });
  settle(draft);
  return null;
};
