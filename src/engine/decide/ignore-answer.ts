import type { Rejection } from '../commands.ts';
import type { Draft } from '../draft.ts';
import { hasName } from '../name-set.ts';
import type { CommandOf } from './command.ts';

/** An answer that the queue could not use; recorded once per answer. */
export const ignoreAnswer = (
  command: CommandOf<'IgnoreAnswer'>,
  draft: Draft,
): Rejection | null => {
  const { task, cause, answer, detail } = command;
  if (hasName(draft.run.answers, answer)) return null;
  draft.emit({ type: 'AnswerIgnored', task, cause, answer, detail });
  return null;
};
