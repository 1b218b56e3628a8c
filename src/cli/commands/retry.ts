import { operatorCommand } from '../operator-command.ts';

export const command = operatorCommand('retry', { asks: true });
