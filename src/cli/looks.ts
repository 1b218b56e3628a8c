/**
 * Commands that only look, straight into the station's files. They need no parser, no schemas and no
 * socket, and are asked again and again: they have a program of their own (`look.ts`), which the
 * build puts into one file. A test keeps libraries out of it.
 */
import { firstWord } from './first-word.ts';

export const LOOKS = ['status', 'list', 'why', 'explain', 'logs'] as const;

/** True when the small program is enough: for these, for help, and for the version. */
export const isLook = (args: readonly string[]): boolean => {
  const word = args[firstWord(args)];
  return word === undefined || word === 'help' || LOOKS.some((look) => look === word);
};
