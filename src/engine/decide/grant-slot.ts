import type { Rejection } from '../commands.ts';
import type { Draft } from '../draft.ts';
import { definitionOf } from '../plan.ts';
import { settle } from '../settle.ts';
import { startTask } from '../start-task.ts';
import { taskOf } from '../tasks.ts';
import type { CommandOf } from './command.ts';

/** The task has waited longest for its agent and a slot is free. A task that does not wait needs none. */
export const grantSlot = (command: CommandOf<'GrantSlot'>, draft: Draft): Rejection | null => {
  const task = definitionOf(draft.run.definition, command.task);
  const state = taskOf(draft.run, command.task);
  if (task?.type !== 'SIMPLE' || state?.status !== 'PENDING' || state.queuedAt === null)
    return null;
  if (draft.run.status !== 'RUNNING') return null;
  startTask(draft, task);
  settle(draft);
  return null;
};
