import { givenOutput } from '../given-output.ts';
import { namedTask } from '../named-task.ts';
import { operatorCommand } from '../operator-command.ts';

export const command = operatorCommand(
  (context, view, common) => {
    const task = namedTask(view, context.words[1] ?? '');
    if ('exit' in task) return task;
    const output = givenOutput(context);
    return 'exit' in output ? output : { type: 'skip', ...common, task: task.id, ...output };
  },
  { asks: true, words: { least: 2, most: 2 }, options: { output: { type: 'string' } } },
);
