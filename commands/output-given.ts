import { argumentOf } from './notes.ts';
import { mistakeAt, mistakeReply } from './mistake.ts';
import { parseMapping } from './inputs.ts';
import { plainValue } from './plain-value.ts';
import type { Reply } from './command.ts';
import type { CommandLine } from '../grammar/command/model.ts';
import type { Json } from '../src/lib/json.ts';

/** `output={…}`, or the block behind the line, or `{}`. */
export const outputGiven = (
  line: CommandLine,
):
  | { readonly type: 'output'; readonly value: Json }
  | { readonly type: 'reply'; readonly reply: Reply } => {
  const argument = argumentOf(line, 'output');
  const text = argument === null ? line.block?.text : null;
  const given = argument?.value ?? null;
  if (given !== null && given.type !== 'object') {
    return { type: 'output', value: plainValue(given) };
  }
  const source = given?.text ?? text;
  if (source === undefined || source === null) return { type: 'output', value: {} };
  const parsed = parseMapping(source);
  if (typeof parsed !== 'string') return { type: 'output', value: parsed };
  const place = argument?.valueSpan ?? line.block?.span ?? line.span;
  return { type: 'reply', reply: mistakeReply(line, [mistakeAt('CMD207', place, parsed)]) };
};
