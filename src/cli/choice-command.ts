import { suggest } from '../../grammar/suggest.ts';
import type { TaskView } from '../engine/view.types.ts';
import type { CliCommand } from './cli-command.ts';
import { failure } from './failure.ts';
import { namedTask } from './named-task.ts';
import { oneRun } from './one-run.ts';
import { operate, OPERATOR_OPTIONS } from './operate.ts';

/** approve, reject and choose: `<run> [<task>]` and, for choose, the option behind it. */
export const choiceCommand = (option: string | null): CliCommand => ({
  options: OPERATOR_OPTIONS,
  words: option === null ? { least: 2, most: 3 } : { least: 1, most: 2 },
  async run(context) {
    const found = await oneRun(context, context.words[0] ?? '');
    if (found.type === 'failure') return found;
    const { view } = found;
    const rest = option === null ? context.words.slice(1, -1) : context.words.slice(1);
    const chosen = option ?? context.words.at(-1) ?? '';

    // 1. The question: named, or the only one that is open.
    const [named] = rest;
    const task = named === undefined ? null : namedTask(view, named);
    if (task !== null && 'exit' in task) return task;

    // 2. The option, as the question spells it.
    const open = view.tasks.filter(isOpen);
    const options = (task === null ? open : [task]).flatMap(
      ({ approval }) => approval?.options ?? [],
    );
    const spelt = options.find((one) => same(one, chosen));
    if (spelt === undefined && options.length > 0) {
      const [near] = suggest(chosen, options);
      return failure('OPTION_UNKNOWN', `${chosen} is no option of this question`, {
        at: chosen,
        hint: near === undefined ? `options: ${options.join(', ')}` : `did you mean ${near}?`,
      });
    }
    const note = context.text('note');
    return operate(
      context,
      view,
      { type: 'choose', run: view.run, task: task?.id ?? null, option: spelt ?? chosen, note },
      { asks: false },
    );
  },
});

const isOpen = (task: TaskView): boolean =>
  task.approval !== null && task.status === 'PENDING_APPROVAL';

const same = (a: string, b: string): boolean => a.toLowerCase() === b.toLowerCase();
