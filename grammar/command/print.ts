import { isSpaceAt } from '../characters.ts';
import { never } from '../never.ts';
import { quote } from '../quotes.ts';
import type { Argument, CommandLine, CommandValue } from './model.ts';
import { afterDashes, assignEnd } from './scan.ts';

/**
 * Writes a command line so that parsing gives it back, spans and greeting apart: words, then
 * arguments, flags and the block. An empty prefix leaves it out.
 */
export const printCommandLine = (line: CommandLine, prefix: string): string => {
  const words = [...(line.head === null ? [] : [line.head]), ...line.words];
  const parts = [
    ...(prefix === '' ? [] : [prefix]),
    ...words.map((word) => printWord(word.text)),
    ...line.args.map(printArgument),
    ...line.flags.map((flag) => `--${flag.name}`),
  ];
  if (line.block === null) return parts.join(' ');
  const { language, text } = line.block;
  return `${parts.join(' ')}\n\`\`\`${language}\n${text}\`\`\``;
};

/** Writes one value as it stands behind `=`. */
export const printValue = (value: CommandValue): string => {
  switch (value.type) {
    case 'text':
      return value.quoted ? quote(value.text) : value.text;
    case 'list':
      return `[${value.items.map(printValue).join(', ')}]`;
    case 'object':
      return value.text;
    case 'json':
      return JSON.stringify(value.value);
    case 'file':
      return `@${value.name}`;
    case 'mention':
      return `<@${value.kind === 'role' ? '&' : ''}${value.id}>`;
    case 'channel':
      return `<#${value.id}>`;
    default:
      return never(value);
  }
};

function printArgument({ key, op, style, value }: Argument): string {
  if (style === 'option') return `--${key} ${printValue(value)}`;
  return `${key}${operators[op]}${printValue(value)}`;
}

const operators = { set: '=', json: ':=', append: '+=' } as const satisfies Record<
  Argument['op'],
  string
>;

/** Bare where that reads back as the same word. */
function printWord(text: string): string {
  const special = text === '' || quotesOrBrackets.test(text) || strayOperator.test(text);
  if (special || assignEnd(text, 0) >= 0 || afterDashes(text, 0) > 0) return quote(text);
  for (let at = 0; at < text.length; at += 1) if (isSpaceAt(text, at)) return quote(text);
  return text;
}

const quotesOrBrackets = /^["“”„‟«»〝〞〟＂'‘’‚‛‹›＇`[{]/;
const strayOperator = /^[:+]?=/;
