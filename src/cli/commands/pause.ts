import { operatorCommand } from '../operator-command.ts';

export const command = operatorCommand('pause', { asks: false });
