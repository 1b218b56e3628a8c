import type { Rejection } from '../commands.ts';
import type { Draft } from '../draft.ts';
import { openAttempt, taskOf } from '../tasks.ts';
import type { CommandOf } from './command.ts';

/** Someone took the open attempt. Said again, or of another attempt, it changes nothing. */
export const claimTask = (command: CommandOf<'ClaimTask'>, draft: Draft): Rejection | null => {
  const { task, attempt, agent } = command;
  const open = openAttempt(taskOf(draft.run, task));
  if (open?.attempt !== attempt || open.agent === null || open.claimedAt !== null) return null;
  draft.emit({ type: 'TaskClaimed', task, attempt, agent });
  return null;
};
