import type { Rejection } from '../commands.ts';
import type { Draft } from '../draft.ts';
import { answeredAttempt } from './answering.ts';
import type { CommandOf } from './command.ts';

/** The agent gave the task back: same attempt, new lease, its time limit runs on. */
export const deferTask = (command: CommandOf<'DeferTask'>, draft: Draft): Rejection | null => {
  const answered = answeredAttempt(draft, command);
  if (answered === null) return null;
  draft.emit({
    type: 'TaskDeferred',
    task: answered.task.id,
    attempt: answered.attempt.attempt,
    lease: draft.newLease(),
    offerAt: draft.now + Math.max(0, command.after),
    answer: command.answer,
  });
  return null;
};
