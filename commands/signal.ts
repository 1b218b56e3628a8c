import { endOf, mistakeAt, mistakeReply } from './mistake.ts';
import { operatorCommand } from './operator.ts';
import { outputGiven } from './output-given.ts';

/** `signal <run> <name>`. */
export const signal = operatorCommand({
  verb: 'signal',
  summary: 'lets what waits for a signal go on',
  takes: '<name> [output={…}]',
  keys: ['output'],
  candidate: (view) => view.tasks.some(({ waiting_for: waits }) => waits?.kind === 'signal'),
  done: 'got the signal',
  already: 'had the signal already',
  make({ line }, _view, used) {
    const word = line.words[used];
    if (word === undefined) {
      const problem = mistakeAt('CMD203', endOf(line), 'Which signal is sent?');
      return { type: 'reply', reply: mistakeReply(line, [problem]) };
    }
    const output = outputGiven(line);
    if (output.type === 'reply') return output;
    const command = { type: 'signal', name: word.text, output: output.value } as const;
    return { type: 'ask', command, used: used + 1 };
  },
});
