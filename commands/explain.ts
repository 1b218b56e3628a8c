import { explainOf } from '../src/engine/explain.ts';
import { toldOf } from './told.ts';
import { whichRun } from './which-run.ts';
import { whichTask } from './which-task.ts';
import type { Command } from './command.ts';

/** `explain <run> [task]`: why each task is where it is. */
export const explain: Command = {
  verb: 'explain',
  summary: 'says of every task why it is where it is',
  usage: 'explain <run> [task]',
  completes: 'run',
  async run(request) {
    const which = await whichRun(request, () => true);
    if (which.type === 'reply') return which.reply;
    const { view } = which;
    const word = request.line.words[which.words];
    const only = word === undefined ? null : whichTask(request, view, word);
    if (only?.type === 'reply') return only.reply;
    const { status, reason, tasks } = explainOf(view);
    return {
      type: 'text',
      lines: [
        [...toldOf(view), ` is ${status}${reason === null ? '' : `: ${reason}`}`],
        ...tasks
          .filter(({ task }) => only === null || task === only.task.id)
          .slice(0, 20)
          .map((one) => [
            { type: 'code' as const, text: one.task },
            ` ${one.status} `,
            { type: 'dim' as const, text: one.why },
          ]),
        ...(only === null && tasks.length > 20 ? [[`and ${tasks.length - 20} more`]] : []),
      ],
    };
  },
};
