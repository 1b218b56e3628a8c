import type { RunView } from '../engine/view.types.ts';
import type { OperatorCommand } from '../runtime/engine.ts';
import type { CliCommand, CliContext, OptionTable } from './cli-command.ts';
import type { Failure } from './failure-shape.ts';
import { oneRun } from './one-run.ts';
import { operate, OPERATOR_OPTIONS } from './operate.ts';

/** A verb, a run, and what the verb needs besides; `make` says what is asked of the engine. */
export const operatorCommand = (
  make: (
    context: CliContext,
    view: RunView,
    common: Pick<OperatorCommand, 'run' | 'note'>,
  ) => OperatorCommand | Failure | Promise<OperatorCommand | Failure>,
  {
    asks,
    words = { least: 1, most: 1 },
    options = {},
  }: {
    /** A person at a terminal is asked first. */
    readonly asks: boolean;
    readonly words?: CliCommand['words'];
    readonly options?: OptionTable;
  },
): CliCommand => ({
  options: { ...OPERATOR_OPTIONS, ...options },
  words,
  async run(context) {
    const found = await oneRun(context, context.words[0] ?? '');
    if (found.type === 'failure') return found;
    const { view } = found;
    const command = await make(context, view, { run: view.run, note: context.text('note') });
    return command.type === 'failure' ? command : operate(context, view, command, { asks });
  },
});
