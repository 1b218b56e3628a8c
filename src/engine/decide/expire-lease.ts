import type { Rejection } from '../commands.ts';
import type { Draft } from '../draft.ts';
import { definitionOf } from '../plan.ts';
import { formatDuration } from '../../../grammar/duration.ts';
import { settle } from '../settle.ts';
import { openAttempt, taskOf } from '../tasks.ts';
import { endByLimit } from '../limits.ts';
import type { CommandOf } from './command.ts';

/** Whoever claimed the attempt gave no sign of life for its heartbeat. */
export const expireLease = (command: CommandOf<'ExpireLease'>, draft: Draft): Rejection | null => {
  const task = definitionOf(draft.run.definition, command.task);
  const open = openAttempt(taskOf(draft.run, command.task));
  if (task?.type !== 'SIMPLE' || open === null || open.attempt !== command.attempt) return null;
  const length = task.heartbeat === null ? '' : ` for ${formatDuration(task.heartbeat)}`;
  const message = `${open.agent ?? 'the agent'} gave no sign of life${length} (heartbeat)`;
  endByLimit(draft, task, open, 'LeaseExpired', message);
  settle(draft);
  return null;
};
