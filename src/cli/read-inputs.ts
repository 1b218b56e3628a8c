/**
 * A workflow's inputs as typed: `--key value`, `--key=value`, `key=value`, and a file behind them.
 * Text stays text here: the engine gives it the declared type, so `001` is not made a number.
 */
import { suggest } from '../../grammar/suggest.ts';
import type { InputDefinition, WorkflowDefinition } from '../engine/definition.ts';
import type { GivenValue } from '../runtime/engine.ts';
import type { Failure } from './failure-shape.ts';
import type { CliContext, OptionTable } from './cli-command.ts';
import { failure } from './failure.ts';
import { COMMON_OPTIONS, parseOptions } from './options.ts';
import { readInputFile } from './input-file.ts';
import { START_OPTIONS } from './start-run.ts';

export type ReadInputs =
  { readonly type: 'inputs'; readonly values: Readonly<Record<string, GivenValue>> } | Failure;

export const readInputs = async (
  context: CliContext,
  definition: WorkflowDefinition,
): Promise<ReadInputs> => {
  // 1. Options, now that it is known which there are. The program's own come first.
  const own: OptionTable = { ...COMMON_OPTIONS, ...START_OPTIONS };
  const declared = definition.input.filter(({ name }) => !Object.hasOwn(own, name));
  const table: OptionTable = {
    ...own,
    ...Object.fromEntries(declared.map(({ name }) => [name, { type: 'string' }])),
  };
  const parsed = parseOptions(withBareFlags(context.args, declared), table);
  if (parsed.type === 'failure') return parsed;

  // 2. What a file says, then what was typed, which counts for more.
  const values = new Map<string, GivenValue>();
  const file = context.text('input');
  if (file !== null) {
    const read = await readInputFile(file);
    if (read.type === 'failure') return read;
    for (const [name, value] of Object.entries(read.values))
      values.set(name, { type: 'value', value });
  }
  for (const { name } of declared) {
    const text = parsed.values.get(name);
    if (typeof text === 'string') values.set(name, { type: 'text', text });
  }
  for (const word of parsed.words.slice(1)) {
    const equals = word.indexOf('=');
    const name = word.slice(0, equals);
    if (equals < 1) {
      return failure('WORDS', `${word} is no input`, { at: word, hint: 'write key=value' });
    }
    if (!definition.input.some((input) => input.name === name))
      return unknownInput(name, definition);
    values.set(name, { type: 'text', text: word.slice(equals + 1) });
  }
  return { type: 'inputs', values: Object.fromEntries(values) };
};

const unknownInput = (name: string, { id, input }: WorkflowDefinition): Failure => {
  const names = input.map((one) => one.name);
  const [near] = suggest(name, names);
  return failure('INPUT_UNKNOWN', `${id} has no input ${name}`, {
    at: name,
    hint:
      near === undefined
        ? names.length === 0
          ? 'it takes no inputs'
          : `it has ${names.join(', ')}`
        : `did you mean ${near}?`,
  });
};

/** `--flag` and `--no-flag` of yes-or-no inputs get the value that other options must have. */
const withBareFlags = (
  args: readonly string[],
  inputs: readonly InputDefinition[],
): readonly string[] => {
  const flags = new Set(
    inputs
      .filter(
        ({ type, default: value }) =>
          type === 'boolean' || (type === null && typeof value === 'boolean'),
      )
      .map(({ name }) => name),
  );
  return args.map((arg, index) => {
    if (arg.startsWith('--no-') && flags.has(arg.slice(5))) return `--${arg.slice(5)}=false`;
    if (!arg.startsWith('--') || !flags.has(arg.slice(2))) return arg;
    return /^(true|false|yes|no|on|off|1|0)$/iu.test(args[index + 1] ?? '') ? arg : `${arg}=true`;
  });
};
