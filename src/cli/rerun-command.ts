/** rerun and restart: the run goes back, from one task or from the beginning. */
import type { OperatorCommand } from '../runtime/engine.ts';
import type { CliCommand, CliContext } from './cli-command.ts';
import type { Failure } from './failure-shape.ts';
import { readInputFile } from './input-file.ts';
import { namedTask } from './named-task.ts';
import { operatorCommand } from './operator-command.ts';

export const rerunCommand = ({ most }: { readonly most: 1 | 2 }): CliCommand =>
  operatorCommand(
    async (context, view, common) => {
      const name = context.words[1];
      const latest = context.flag('latest');
      // With today's definition the task need not be in the run yet: the engine says so if it is in neither.
      const known = name === undefined || latest ? null : namedTask(view, name);
      if (known !== null && 'exit' in known) return known;
      const input = await givenInput(context);
      if (input.type === 'failure') return input;
      const task = known?.id ?? name ?? null;
      return { type: 'rerun', ...common, task, latest, input: input.values };
    },
    {
      asks: true,
      words: { least: 1, most },
      options: { latest: { type: 'boolean' }, input: { type: 'string' } },
    },
  );

const givenInput = async (
  context: CliContext,
): Promise<{ readonly type: 'given'; readonly values: GivenInput } | Failure> => {
  const file = context.text('input');
  if (file === null) return { type: 'given', values: null };
  const read = await readInputFile(file);
  if (read.type === 'failure') return read;
  const values = Object.entries(read.values).map(
    ([name, value]) => [name, { type: 'value', value }] as const,
  );
  return { type: 'given', values: Object.fromEntries(values) };
};

type GivenInput = Extract<OperatorCommand, { type: 'rerun' }>['input'];
