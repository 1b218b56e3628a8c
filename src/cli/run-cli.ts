/** One call of the program: finds the command, reads its options, runs it, says what came of it. */
import { suggest } from '../../grammar/suggest.ts';
import { readConfig } from '../config.ts';
import { createLogger } from '../lib/logger.ts';
import type { Failure } from './failure-shape.ts';
import type { CliCommand, CliContext, Outcome } from './cli-command.ts';
import { commands, type CommandEntry, type CommandName } from './commands/table.ts';
import { failureOfError } from './errors.ts';
import { EXIT } from './exit-codes.ts';
import { failure } from './failure.ts';
import { firstWord } from './first-word.ts';
import { helpLines } from './help.ts';
import { COMMON_OPTIONS, parseOptions } from './options.ts';
import { createOutput, type Output } from './output.ts';
import { locateStation } from './locate-station.ts';
import { projectVersion } from './project-version.ts';
import type { FoundStation } from '../station/find-station.ts';

/** How a command is had. */
type Load = (name: CommandName) => CliCommand | Promise<CliCommand>;

/** Resolves with the exit code. */
export const runCli = async (args: readonly string[], load: Load): Promise<number> => {
  // Failures before the options are read are told in the form asked for, too.
  let output = outputFor(args, process.env['NO_COLOR'] === undefined);
  try {
    const config = readConfig(process.cwd());
    output = outputFor(args, config.terminal.color && !args.includes('--no-color'));
    return finish(await call(args, load, config, output), output);
  } catch (error) {
    if (process.env['LOG_LEVEL'] === 'debug' && error instanceof Error) {
      output.note(error.stack ?? error.message);
    }
    return finish(failureOfError(error), output);
  }
};

const call = async (
  args: readonly string[],
  load: Load,
  config: CliContext['config'],
  output: Output,
): Promise<Outcome> => {
  // 1. The command.
  const found = findCommand(args);
  if (found === 'version') {
    output.raw(projectVersion());
    return EXIT.ok;
  }
  if (found === 'help') {
    output.lines(helpLines());
    return EXIT.ok;
  }
  if ('exit' in found) return found;
  const { entry, rest } = found;
  const command = await load(entry.name);

  // 2. Its options and words.
  const table = { ...COMMON_OPTIONS, ...command.options };
  const parsed = parseOptions(rest, table, { open: command.open ?? false });
  if (parsed.type === 'failure') return parsed;
  const { words, values } = parsed;
  if (values.has('help')) {
    output.lines(helpLines(entry, command.options));
    return EXIT.ok;
  }
  const wrong = wrongWords(words, command.words, entry);
  if (wrong !== null) return wrong;

  // 3. The work.
  const station = values.get('station');
  let located: FoundStation | null = null;
  return command.run({
    words,
    args: rest,
    usage: entry.usage,
    text(name) {
      const value = values.get(name);
      return typeof value === 'string' ? value : null;
    },
    flag: (name) => values.has(name),
    output,
    config,
    logger: createLogger({
      level: config.logLevel,
      secrets: [
        ...(config.discord === null ? [] : [config.discord.token]),
        ...Object.values(config.secrets),
      ],
    }),
    station: () =>
      (located ??= locateStation(typeof station === 'string' ? station : config.station, output)),
  });
};

type Found = { readonly entry: CommandEntry; readonly rest: readonly string[] } | Failure;

/** The first word that is no option, with the next one where the command's name has two. */
const findCommand = (args: readonly string[]): Found | 'help' | 'version' => {
  const at = firstWord(args);
  const word = args[at];
  if (word === undefined) {
    return args.includes('--version') || args.includes('-v') ? 'version' : 'help';
  }
  if (word === 'help') return 'help';
  const two = args[at + 1] === undefined ? null : `${word} ${args[at + 1]}`;
  const entry =
    commands.find(({ name }) => name === two) ?? commands.find(({ name }) => name === word);
  if (entry !== undefined) {
    const length = entry.name.split(' ').length;
    return { entry, rest: [...args.slice(0, at), ...args.slice(at + length)] };
  }
  const below = commands.filter(({ name }) => name.startsWith(`${word} `));
  if (below.length > 0) {
    return failure('COMMAND_UNKNOWN', `workflow ${word} needs one more word`, {
      hint: below.map(({ usage }) => `workflow ${usage}`).join(' or '),
    });
  }
  const near = suggest(
    word,
    commands.map(({ name }) => name),
    1,
  );
  return failure('COMMAND_UNKNOWN', `There is no command ${word}`, {
    at: word,
    hint: near.length === 0 ? 'workflow help lists them' : `did you mean workflow ${near[0]}?`,
  });
};

const wrongWords = (
  words: readonly string[],
  { least, most }: { readonly least: number; readonly most: number },
  { name, usage }: CommandEntry,
): Failure | null => {
  if (words.length >= least && words.length <= most) return null;
  const what =
    words.length < least
      ? `workflow ${name} needs ${least === 1 ? 'one word' : `${least} words`} more than was typed`
      : `workflow ${name} does not know what to do with ${words[most] ?? ''}`;
  return failure('WORDS', what, { hint: `workflow ${usage}`, at: words[most] ?? null });
};

const outputFor = (args: readonly string[], color: boolean): Output =>
  createOutput({
    json: args.includes('--json') || args.includes('--jsonl'),
    color,
    streams: process,
  });

const finish = (outcome: Outcome, output: Output): number => {
  if (typeof outcome === 'number') return outcome;
  output.failure(outcome);
  return outcome.exit;
};
