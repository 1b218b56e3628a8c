import { endOf, mistakeAt, mistakeReply } from './mistake.ts';
import type { Command } from './command.ts';

/** `can-i <workflow>`: whether the person may start it, and by which rule not. */
export const canI: Command = {
  verb: 'can-i',
  summary: 'says whether you may start a workflow',
  usage: 'can-i [run] <workflow>',
  completes: 'workflow',
  async run({ line, engine, identity }) {
    const words = line.words.filter((word) => word.text.toLowerCase() !== 'run');
    const word = words[0];
    if (word === undefined) {
      return mistakeReply(line, [mistakeAt('CMD203', endOf(line), 'Which workflow is meant?')]);
    }
    const refusal = await engine.mayStart(word.text, identity);
    if (refusal !== null) return { type: 'refused', rejection: refusal };
    return { type: 'text', lines: [[`Yes, ${identity.name} may start ${word.text}.`]] };
  },
};
