import type { Rejection } from '../commands.ts';
import { completeTask } from '../complete-task.ts';
import type { Draft } from '../draft.ts';
import { failAttempt } from '../fail-task.ts';
import { settle } from '../settle.ts';
import { answeredAttempt } from './answering.ts';
import type { CommandOf } from './command.ts';

/** An agent or function delivered an output. */
export const completeTaskCommand = (
  command: CommandOf<'CompleteTask'>,
  draft: Draft,
): Rejection | null => {
  const answered = answeredAttempt(draft, command);
  if (answered === null) return null;
  const { attempt } = answered.attempt;
  const { output, agent, answer } = command;
  const error = completeTask(draft, answered.task, { attempt, output, agent, answer });
  if (error !== null) {
    const failure = { attempt, status: 'FAILED', error, output, agent, answer } as const;
    failAttempt(draft, answered.task, failure);
  }
  settle(draft);
  return null;
};
