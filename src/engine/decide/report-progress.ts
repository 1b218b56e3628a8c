import type { Rejection } from '../commands.ts';
import type { Draft } from '../draft.ts';
import { openAttempt, taskOf } from '../tasks.ts';
import type { CommandOf } from './command.ts';

/** News of an open attempt. The same news again, or news of a closed attempt, changes nothing. */
export const reportProgress = (
  command: CommandOf<'ReportProgress'>,
  draft: Draft,
): Rejection | null => {
  const { task, percent, message } = command;
  const open = openAttempt(taskOf(draft.run, task));
  if (open === null || open.agent === null) return null;
  if (command.attempt !== null && command.attempt !== open.attempt) return null;
  if (open.progress?.percent === percent && open.progress.message === message) return null;
  draft.emit({ type: 'TaskProgressed', task, attempt: open.attempt, percent, message });
  return null;
};
