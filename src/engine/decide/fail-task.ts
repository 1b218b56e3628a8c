import type { Rejection } from '../commands.ts';
import type { Draft } from '../draft.ts';
import { failAttempt } from '../fail-task.ts';
import { settle } from '../settle.ts';
import { answeredAttempt } from './answering.ts';
import type { CommandOf } from './command.ts';

/** An agent or function reported a failure; one without a type is an AgentError. */
export const failTaskCommand = (command: CommandOf<'FailTask'>, draft: Draft): Rejection | null => {
  const answered = answeredAttempt(draft, command);
  if (answered === null) return null;
  const { output, agent, answer } = command;
  failAttempt(draft, answered.task, {
    attempt: answered.attempt.attempt,
    status: 'FAILED',
    error: { ...command.error, type: command.error.type || 'AgentError' },
    output,
    agent,
    answer,
  });
  settle(draft);
  return null;
};
