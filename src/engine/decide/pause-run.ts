import type { Rejection } from '../commands.ts';
import type { Draft } from '../draft.ts';
import { refuseOperation } from '../permissions.ts';
import type { CommandOf } from './command.ts';
import { alreadyEnded } from './refusals.ts';

/** Nothing new is dispatched until the run is resumed. Pausing a paused run changes nothing. */
export const pauseRun = (command: CommandOf<'PauseRun'>, draft: Draft): Rejection | null => {
  const refusal =
    refuseOperation(draft.run, 'pause', command.actor) ?? alreadyEnded(draft.run, 'paused');
  if (refusal !== null || draft.run.status === 'PAUSED') return refusal;
  draft.emit({ type: 'RunPaused', by: command.actor, note: command.note });
  return null;
};
