import type { Rejection } from '../commands.ts';
import type { Draft } from '../draft.ts';
import type { CommandOf } from './command.ts';

/** Where a chat message of the run is; null forgets it. */
export const recordMessage = (
  command: CommandOf<'RecordMessage'>,
  draft: Draft,
): Rejection | null => {
  const { key, ref } = command;
  const { messages } = draft.run;
  const known = Object.hasOwn(messages, key) ? (messages[key] ?? null) : null;
  if (JSON.stringify(known) === JSON.stringify(ref)) return null;
  draft.emit({ type: 'MessageRecorded', key, ref });
  return null;
};
