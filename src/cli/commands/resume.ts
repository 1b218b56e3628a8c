import { operatorCommand } from '../operator-command.ts';

export const command = operatorCommand('resume', { asks: false });
