import { answer } from './answer.ts';
import type { Command } from './command.ts';

/** `reject <run>`: short for choosing REJECT. */
export const reject: Command = {
  verb: 'reject',
  summary: 'says no to an open question',
  usage: 'reject <run> [task] [note="why"]',
  keys: ['note'],
  completes: 'run',
  run: (request) => answer(request, 'REJECT'),
};
