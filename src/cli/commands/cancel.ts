import { operatorCommand } from '../operator-command.ts';

export const command = operatorCommand(
  (context, _view, common) => ({
    type: 'cancel',
    ...common,
    compensate: context.flag('compensate'),
  }),
  { asks: true, options: { compensate: { type: 'boolean' } } },
);
