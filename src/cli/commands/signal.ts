import { givenOutput } from '../given-output.ts';
import { operatorCommand } from '../operator-command.ts';

export const command = operatorCommand(
  (context, _view, common) => {
    const output = givenOutput(context);
    if ('exit' in output) return output;
    return { type: 'signal', ...common, name: context.words[1] ?? '', ...output };
  },
  { asks: false, words: { least: 2, most: 2 }, options: { output: { type: 'string' } } },
);
