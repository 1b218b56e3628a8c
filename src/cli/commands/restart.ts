import { rerunCommand } from '../rerun-command.ts';

export const command = rerunCommand({ most: 1 });
