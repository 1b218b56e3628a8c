/** Small readings of a line that several verbs share. */
import type { Argument, CommandLine } from '../grammar/command/model.ts';
import { printValue } from '../grammar/command/print.ts';

/** The last `key=…` of the line, keys compared without case. */
export const argumentOf = (line: CommandLine, key: string): Argument | null =>
  line.args.findLast((argument) => argument.key.toLowerCase() === key) ?? null;

/** Its value as text, or null. */
export const textOf = (line: CommandLine, key: string): string | null => {
  const argument = argumentOf(line, key);
  if (argument === null) return null;
  return argument.value.type === 'text' ? argument.value.text : printValue(argument.value);
};

/** The reason a person gave: `note=…`, or the words behind what the verb needed. */
export const noteOf = (line: CommandLine, wordsUsed: number): string | null => {
  const note =
    textOf(line, 'note') ??
    line.words
      .slice(wordsUsed)
      .map((word) => word.text)
      .join(' ');
  return note === '' ? null : note;
};
