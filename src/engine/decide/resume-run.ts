import type { Rejection } from '../commands.ts';
import type { Draft } from '../draft.ts';
import { refuseOperation } from '../permissions.ts';
import { settle } from '../settle.ts';
import type { CommandOf } from './command.ts';
import { alreadyEnded } from './refusals.ts';

/** Lets follow what was recorded during the pause. Resuming a running run changes nothing. */
export const resumeRun = (command: CommandOf<'ResumeRun'>, draft: Draft): Rejection | null => {
  const refusal =
    refuseOperation(draft.run, 'resume', command.actor) ?? alreadyEnded(draft.run, 'resumed');
  if (refusal !== null || draft.run.status === 'RUNNING') return refusal;
  draft.emit({ type: 'RunResumed', by: command.actor, note: command.note });
  settle(draft);
  return null;
};
