import { operatorCommand } from '../operator-command.ts';

export const command = operatorCommand('cancel', { asks: true });
