import { operatorCommand } from '../operator-command.ts';

export const command = operatorCommand(
  (context, _view, common) => ({ type: 'retry', ...common, fresh: context.flag('fresh') }),
  { asks: true, options: { fresh: { type: 'boolean' } } },
);
