import type { CommandType, RunCommand } from '../commands.ts';

/** The command of that type. */
export type CommandOf<T extends CommandType> = Extract<RunCommand, { type: T }>;
