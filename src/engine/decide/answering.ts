/**
 * Which attempt an answer belongs to, and what its agent said besides. An answer that changes nothing is recorded once, with
 * why; the same answer (by its inbox name) is never decided on twice (I3).
 */
import type { IgnoreCause } from '../answers.ts';
import { joinLogs, JOURNALED } from '../attempt-log.ts';
import type { SimpleTaskDefinition } from '../definition.ts';
import type { Draft } from '../draft.ts';
import { hasName } from '../name-set.ts';
import { definitionOf } from '../plan.ts';
import type { Attempt } from '../state.ts';
import { openAttempt, taskOf } from '../tasks.ts';
import type { CommandOf } from './command.ts';

type Answer = CommandOf<'CompleteTask'> | CommandOf<'FailTask'> | CommandOf<'DeferTask'>;

export interface Answered {
  readonly task: SimpleTaskDefinition;
  readonly attempt: Attempt;
}

/** The open attempt that is answered, its log recorded; or null when the answer changes nothing. */
export const answeredAttempt = (draft: Draft, answer: Answer): Answered | null => {
  if (answer.answer !== null && hasName(draft.run.answers, answer.answer)) return null;
  const task = definitionOf(draft.run.definition, answer.task);
  if (task === null) return ignore(draft, answer, 'foreign', 'the run has no such task');
  if (task.type !== 'SIMPLE') {
    return ignore(draft, answer, 'foreign', `a ${task.type} task is not answered by agents`);
  }
  const state = taskOf(draft.run, task.id);
  const attempt = openAttempt(state);
  if (attempt === null) {
    const given = state?.attempts.find((row) => isMeant(row, answer));
    return given?.status === 'COMPLETED' || given?.status === 'FAILED'
      ? ignore(draft, answer, 'duplicate', `attempt ${given.attempt} was answered before`)
      : ignore(draft, answer, 'late', 'no attempt is open');
  }
  if (isMeant(attempt, answer)) {
    const log = joinLogs([answer.log], JOURNALED);
    if (log !== null) {
      draft.emit({ type: 'TaskLogged', task: task.id, attempt: attempt.attempt, ...log });
    }
    return { task, attempt };
  }
  return ignore(
    draft,
    answer,
    'stale',
    `it answers ${answer.attempt === null ? 'an old lease' : `attempt ${answer.attempt}`}; open is attempt ${attempt.attempt}`,
  );
};

/** What an answer does not say fits: agents written to the user's guide say neither. */
const isMeant = (row: Attempt, answer: Answer): boolean =>
  (answer.attempt === null || answer.attempt === row.attempt) &&
  (answer.lease === null || answer.lease === row.lease);

const ignore = (draft: Draft, answer: Answer, cause: IgnoreCause, detail: string): null => {
  if (answer.answer === null) return null;
  draft.emit({
    type: 'AnswerIgnored',
    task: answer.task,
    cause,
    answer: answer.answer,
    detail,
  });
  return null;
};
