import { answer } from './answer.ts';
import type { Command } from './command.ts';

/** `approve <run>`: short for choosing APPROVE. */
export const approve: Command = {
  verb: 'approve',
  summary: 'says yes to an open question',
  usage: 'approve <run> [task] [note="why"]',
  keys: ['note'],
  completes: 'run',
  run: (request) => answer(request, 'APPROVE'),
};
