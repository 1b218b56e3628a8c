/** Options as typed, against a table: everything unknown is told with what was probably meant. */
import { parseArgs } from 'node:util';
import { suggest } from '../../grammar/suggest.ts';
import type { Failure } from './failure-shape.ts';
import type { OptionTable } from './cli-command.ts';
import { failure } from './failure.ts';

/** Options of every command. */
export const COMMON_OPTIONS = {
  station: { type: 'string', short: 'C' },
  json: { type: 'boolean' },
  'no-color': { type: 'boolean' },
  help: { type: 'boolean', short: 'h' },
} as const satisfies OptionTable;

export interface ParsedOptions {
  readonly type: 'parsed';
  readonly words: readonly string[];
  readonly values: ReadonlyMap<string, string | true>;
}

/** `open`: options not in the table are left alone. */
export const parseOptions = (
  args: readonly string[],
  table: OptionTable,
  { open = false }: { readonly open?: boolean } = {},
): ParsedOptions | Failure => {
  const { tokens } = parseArgs({
    args: [...args],
    options: table,
    strict: false,
    allowPositionals: true,
    tokens: true,
  });
  const words: string[] = [];
  const values = new Map<string, string | true>();
  for (const token of tokens) {
    if (token.kind === 'positional') words.push(token.value);
    if (token.kind !== 'option') continue;
    const { name, rawName, value } = token;
    const kind = Object.hasOwn(table, name) ? table[name] : undefined;
    if (kind === undefined) {
      if (!open) return unknownOption(name, rawName, table);
    } else if (kind.type === 'boolean') {
      if (value !== undefined)
        return failure('OPTION_VALUE', `${rawName} takes no value`, at(rawName));
      values.set(name, true);
    } else if (value === undefined || (!token.inlineValue && looksLikeOption(value))) {
      return failure('OPTION_VALUE', `${rawName} needs a value`, {
        ...at(rawName),
        hint: `write ${rawName}=VALUE`,
      });
    } else values.set(name, value);
  }
  return { type: 'parsed', words, values };
};

const unknownOption = (name: string, rawName: string, table: OptionTable): Failure => {
  const [near] = suggest(name, Object.keys(table));
  return failure('OPTION_UNKNOWN', `There is no option ${rawName}`, {
    ...at(rawName),
    hint:
      near === undefined
        ? `options are ${Object.keys(table)
            .map((known) => `--${known}`)
            .join(', ')}`
        : `did you mean --${near}?`,
  });
};

const looksLikeOption = (value: string): boolean => /^--?[a-z]/iu.test(value);

const at = (option: string): { readonly at: string } => ({ at: option });
