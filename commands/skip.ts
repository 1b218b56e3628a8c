import { endOf, mistakeAt, mistakeReply } from './mistake.ts';
import { operatorCommand } from './operator.ts';
import { outputGiven } from './output-given.ts';
import { whichTask } from './which-task.ts';

/** `skip <run> <task>`. */
export const skip = operatorCommand({
  verb: 'skip',
  summary: 'leaves out a task that has not started; what follows goes on as if it were done',
  takes: '<task> [output={…}]',
  keys: ['output'],
  candidate: (view) => view.ended_at === null,
  done: 'will go on without it',
  already: 'leaves it out already',
  make(request, view, used) {
    const { line } = request;
    const word = line.words[used];
    if (word === undefined) {
      const expected = view.tasks.filter(({ status }) => status === 'PENDING').map(({ id }) => id);
      const problem = mistakeAt('CMD203', endOf(line), 'Which task is skipped?', { expected });
      return { type: 'reply', reply: mistakeReply(line, [problem]) };
    }
    const found = whichTask(request, view, word);
    if (found.type === 'reply') return found;
    const output = outputGiven(line);
    if (output.type === 'reply') return output;
    const task = found.task.id;
    return { type: 'ask', command: { type: 'skip', task, output: output.value }, used: used + 1 };
  },
});
