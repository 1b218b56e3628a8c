import { answer } from './answer.ts';
import type { Command } from './command.ts';

/** `choose <run> <OPTION>`. */
export const choose: Command = {
  verb: 'choose',
  summary: 'picks an option of an open question',
  usage: 'choose <run> [task] <OPTION> [note="why"]',
  keys: ['note'],
  completes: 'run',
  run: (request) => answer(request, null),
};
