import { operatorCommand } from '../operator-command.ts';

export const command = operatorCommand(
  (_context, _view, common) => ({ type: 'cancel', ...common }),
  { asks: true },
);
