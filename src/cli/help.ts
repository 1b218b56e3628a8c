import type { Line } from '../chat/port.ts';
import type { OptionTable } from './cli-command.ts';
import { commands, type CommandEntry } from './commands/table.ts';

/** Help for one command, or for the program. */
export const helpLines = (
  entry?: CommandEntry,
  options: OptionTable = {},
): readonly (string | Line)[] => {
  if (entry !== undefined) {
    const own = Object.entries(options).map(([name, { type, short }]) => {
      const shown = short === undefined ? `--${name}` : `-${short}, --${name}`;
      return `  ${shown}${type === 'string' ? ' VALUE' : ''}`;
    });
    return [
      `workflow ${entry.usage}`,
      `  ${entry.summary}`,
      ...(own.length === 0 ? [] : ['options', ...own]),
      COMMON,
    ];
  }
  const width = Math.max(...commands.map(({ name }) => name.length)) + 2;
  return [
    'workflow <command>: durable workflows of a station',
    ...commands.map(({ name, summary }) => `  ${name.padEnd(width)}${summary}`),
    COMMON,
    'exit codes: 0 ok, 1 run failed, 2 usage, 3 not found, 4 refused, 5 waits for a person, 6 cancelled, 7 locked, 130 interrupted',
  ];
};

const COMMON = 'everywhere: -C, --station FOLDER; --json; --no-color; -h, --help';
