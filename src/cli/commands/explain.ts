import { explainOf } from '../../engine/explain.ts';
import type { CliCommand } from '../cli-command.ts';
import { EXIT } from '../exit-codes.ts';
import { namedTask } from '../named-task.ts';
import { oneRun } from '../one-run.ts';

export const command: CliCommand = {
  options: {},
  words: { least: 1, most: 2 },
  async run(context) {
    const { output } = context;
    const found = await oneRun(context, context.words[0] ?? '');
    if (found.type === 'failure') return found;
    const name = context.words[1];
    const only = name === undefined ? null : namedTask(found.view, name);
    if (only !== null && 'exit' in only) return only;
    const whole = explainOf(found.view);
    const tasks = whole.tasks.filter(({ task }) => only === null || task === only.id);
    if (output.json) {
      output.value({ ...whole, tasks });
      return EXIT.ok;
    }
    const { handle, status, reason } = found.view;
    output.lines([
      `${handle} is ${status}${reason === null ? '' : `: ${reason}`}`,
      ...tasks.map((one) => `  ${one.task}  ${one.status}  ${one.why}`),
    ]);
    return EXIT.ok;
  },
};
