/** The small program: help, and the commands that only look (`looks.ts`). */
import type { CliCommand } from './cli-command.ts';
import { command as explain } from './commands/explain.ts';
import { command as list } from './commands/list.ts';
import { command as logs } from './commands/logs.ts';
import { command as status } from './commands/status.ts';
import { command as why } from './commands/why.ts';
import type { LOOKS } from './looks.ts';
import { runCli } from './run-cli.ts';

/** Resolves with the exit code. `isLook` holds for `args`. */
export const run = (args: readonly string[]): Promise<number> =>
  runCli(args, (name) => {
    const command = Object.entries(COMMANDS).find(([known]) => known === name)?.[1];
    if (command === undefined) throw new Error(`workflow ${name} does more than look`);
    return command;
  });

const COMMANDS = {
  status,
  list,
  why,
  explain,
  logs,
} satisfies Record<(typeof LOOKS)[number], CliCommand>;
