import type { Rejection } from '../commands.ts';
import { completeTask } from '../complete-task.ts';
import type { SubWorkflowTaskDefinition } from '../definition.ts';
import type { Draft } from '../draft.ts';
import { failAttempt } from '../fail-task.ts';
import { definitionOf } from '../plan.ts';
import { settle } from '../settle.ts';
import { openAttempt, taskOf } from '../tasks.ts';
import type { CommandOf } from './command.ts';

/**
 * A child ends its task the way it ended itself. Of a closed attempt it changes nothing: the
 * run has gone on without it.
 */
export const endChild = (command: CommandOf<'EndChild'>, draft: Draft): Rejection | null => {
  const task = definitionOf(draft.run.definition, command.task);
  const open = openAttempt(taskOf(draft.run, command.task));
  if (task?.type !== 'SUB_WORKFLOW' || open === null || open.child === null) return null;
  const { attempt, generation, ending } = command;
  if (open.attempt !== attempt) return null;
  if (generation !== null && generation < open.child.generation) return null;
  if (generation !== null && generation > open.child.generation) {
    draft.emit({ type: 'ChildFollowed', task: task.id, attempt, generation });
  }
  const answer = { attempt, agent: null, answer: null };
  switch (ending.status) {
    case 'COMPLETED': {
      const { output } = ending;
      const error = completeTask(draft, task, { ...answer, output });
      if (error !== null) failAttempt(draft, task, { ...answer, status: 'FAILED', error, output });
      break;
    }
    case 'FAILED':
    case 'TIMED_OUT':
      failAttempt(draft, task, { ...answer, ...ending });
      break;
    case 'CANCELLED':
      cancelTask(draft, task, attempt, ending.reason);
  }
  settle(draft);
  return null;
};

/** Nobody retries what was cancelled on purpose. */
const cancelTask = (
  draft: Draft,
  task: SubWorkflowTaskDefinition,
  attempt: number,
  reason: string,
): void => {
  draft.emit({ type: 'AttemptCancelled', task: task.id, attempt, reason });
  if (task.onFailure === 'continue') {
    draft.emit({ type: 'TaskCompletedWithErrors', task: task.id, output: {}, reason });
  } else draft.emit({ type: 'TaskCancelled', task: task.id, reason });
};
