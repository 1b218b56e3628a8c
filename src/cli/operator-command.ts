import type { CliCommand } from './cli-command.ts';
import { oneRun } from './one-run.ts';
import { operate, OPERATOR_OPTIONS } from './operate.ts';

/** pause, resume, cancel, retry: a verb and a run. */
export const operatorCommand = (
  verb: 'pause' | 'resume' | 'cancel' | 'retry',
  options: { readonly asks: boolean },
): CliCommand => ({
  options: OPERATOR_OPTIONS,
  words: { least: 1, most: 1 },
  async run(context) {
    const found = await oneRun(context, context.words[0] ?? '');
    if (found.type === 'failure') return found;
    const { view } = found;
    const note = context.text('note');
    return operate(context, view, { type: verb, run: view.run, note }, options);
  },
});
