import type { Rejection } from '../commands.ts';
import type { Draft } from '../draft.ts';
import { refuseOperation } from '../permissions.ts';
import { refused } from '../rejection.ts';
import { settle } from '../settle.ts';
import { isTerminal, taskOf } from '../tasks.ts';
import type { CommandOf } from './command.ts';
import { alreadyEnded, unknownTask } from './refusals.ts';

/**
 * A task that has not started is not to run: once what it depends on is resolved it counts as
 * completed with the output given. The same skip again changes nothing.
 */
export const skipTask = (command: CommandOf<'SkipTask'>, draft: Draft): Rejection | null => {
  const { run } = draft;
  const { task: id, output, actor, note } = command;
  const refusal = refuseOperation(run, 'skip a task of', actor) ?? alreadyEnded(run, 'changed');
  if (refusal !== null) return refusal;
  const task = draft.graph.nodes.has(id) ? taskOf(run, id) : null;
  if (task === null) return unknownTask(run, run.definition, id);
  if (task.status === 'SKIPPED' && task.by === 'operator') return null;
  if (task.status !== 'PENDING') {
    const message = `${id} is ${task.status}: only a task that has not started can be skipped`;
    return refused(
      isTerminal(task) ? 'TASK_ENDED' : 'TASK_STARTED',
      message,
      `why ${run.handle} says what the run waits for`,
    );
  }
  if (JSON.stringify(task.skip?.output) === JSON.stringify(output)) return null;
  draft.emit({ type: 'TaskSkipRequested', task: id, output, by: actor, note });
  settle(draft);
  return null;
};
