import type { Rejection } from '../commands.ts';
import type { Draft } from '../draft.ts';
import { refused } from '../rejection.ts';

/** The refusal for a run that is over, or null. */
export const alreadyEnded = ({ run }: Draft, participle: string): Rejection | null => {
  if (run.ended === null) return null;
  const hint = run.status === 'COMPLETED' ? 'Start it again as a new run' : `retry ${run.handle}`;
  return refused(
    'RUN_ENDED',
    `Run ${run.handle} is ${run.status} and cannot be ${participle}`,
    `To go on: ${hint}`,
  );
};
