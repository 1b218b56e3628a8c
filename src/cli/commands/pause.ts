import { operatorCommand } from '../operator-command.ts';

export const command = operatorCommand(
  (_context, _view, common) => ({ type: 'pause', ...common }),
  { asks: false },
);
