import type { Rejection } from '../commands.ts';
import type { Draft } from '../draft.ts';
import { endRun } from '../end-run.ts';
import { refuseOperation } from '../permissions.ts';
import type { CommandOf } from './command.ts';
import { alreadyEnded } from './refusals.ts';

/** Ends the run and everything open in it. Cancelling a cancelled run changes nothing. */
export const cancelRun = (command: CommandOf<'CancelRun'>, draft: Draft): Rejection | null => {
  const refusal = refuseOperation(draft.run, 'cancel', command.actor);
  if (refusal !== null || draft.run.status === 'CANCELLED') return refusal;
  const ended = alreadyEnded(draft.run, 'cancelled');
  if (ended !== null) return ended;
  const { actor, note } = command;
  const reason = `cancelled by ${actor.name}${note === null ? '' : `: ${note}`}`;
  const ending = { status: 'CANCELLED', cause: 'cancel', task: null, reason, by: actor } as const;
  endRun(draft, ending, { compensate: command.compensate === true });
  return null;
};
