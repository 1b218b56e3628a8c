import { choiceCommand } from '../choice-command.ts';

export const command = choiceCommand(null);
