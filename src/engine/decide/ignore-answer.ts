import type { Rejection } from '../commands.ts';
import type { Draft } from '../draft.ts';
import type { CommandOf } from './command.ts';

/** An answer that the queue could not use; recorded once per answer. */
export const ignoreAnswer = (
  command: CommandOf<'IgnoreAnswer'>,
  draft: Draft,
): Rejection | null => {
  const { task, cause, answer, detail } = command;
  if (Object.hasOwn(draft.run.answers, answer)) return null;
  draft.emit({ type: 'AnswerIgnored', task, cause, answer, detail });
  return null;
};
