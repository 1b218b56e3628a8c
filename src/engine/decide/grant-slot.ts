import type { Rejection } from '../commands.ts';
import { isSlotTask } from '../concurrency-key.ts';
import type { Draft } from '../draft.ts';
import { definitionOf } from '../plan.ts';
import { settle } from '../settle.ts';
import { startTask } from '../start-task.ts';
import { taskOf } from '../tasks.ts';
import type { CommandOf } from './command.ts';

/** It is the task's turn: every slot and place that it waits for is free. A task that does not wait needs none. */
export const grantSlot = (command: CommandOf<'GrantSlot'>, draft: Draft): Rejection | null => {
  const task = definitionOf(draft.run.definition, command.task);
  const state = taskOf(draft.run, command.task);
  if (task === null || !isSlotTask(task)) return null;
  if (state?.status !== 'PENDING' || state.queuedAt === null) return null;
  if (draft.run.status !== 'RUNNING') return null;
  startTask(draft, task);
  settle(draft);
  return null;
};
