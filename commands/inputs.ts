/**
 * The inputs a line gives to a workflow: inline beats block beats attachment; defaults are the
 * engine's. Where each came from is kept, so that a mistake can be shown in its place.
 */
import { load, YAMLException } from 'js-yaml';
import { mistakeAt } from './mistake.ts';
import { readAttachment } from './read-attachment.ts';
import { plainValue } from './plain-value.ts';
import type { Attachment } from './command.ts';
import type { Argument, CommandLine } from '../grammar/command/model.ts';
import type { Diagnostic, Span } from '../grammar/diagnostic.ts';
import { isJsonObject } from '../src/lib/json.ts';
import type { Json } from '../src/lib/json.ts';
import type { GivenValue } from '../src/runtime/engine.ts';

export interface GatheredInputs {
  readonly values: Readonly<Record<string, GivenValue>>;
  /** Where each input stands in the line: its key, or the block. */
  readonly places: ReadonlyMap<string, InputPlace>;
  readonly problems: readonly Diagnostic[];
}

interface InputPlace {
  readonly key: Span;
  readonly value: Span;
  /** The key itself can be replaced to mend a typo. */
  readonly inline: boolean;
}

/** Gathers the inputs of `line`; `reserved` keys are the verb's own. */
export const gatherInputs = async (
  line: CommandLine,
  attachments: readonly Attachment[],
  reserved: readonly string[] = [],
): Promise<GatheredInputs> => {
  const values = new Map<string, GivenValue>();
  const places = new Map<string, InputPlace>();
  const problems: Diagnostic[] = [];
  const whole = { start: line.span.end, end: line.span.end };

  // 1. Attached files, except those that an argument names.
  const named = new Set(
    line.args.flatMap(({ value }) => (value.type === 'file' ? [value.name] : [])),
  );
  for (const attachment of attachments.filter(
    (file) => isData(file.name) && !named.has(file.name),
  )) {
    const read = await readAttachment(attachment);
    const parsed = read.type === 'text' ? parseMapping(read.text) : read.message;
    if (typeof parsed === 'string')
      problems.push(mistakeAt('CMD207', whole, `${attachment.name}: ${parsed}`));
    else take(parsed, { key: whole, value: whole, inline: false });
  }

  // 2. The block.
  if (line.block !== null) {
    const { span, text } = line.block;
    const parsed = parseMapping(text);
    if (typeof parsed === 'string') problems.push(mistakeAt('CMD207', span, parsed));
    else take(parsed, { key: span, value: span, inline: false });
  }

  // 3. What stands in the line.
  const lists = new Map<string, readonly Json[]>();
  for (const argument of line.args) {
    if (reserved.includes(argument.key.toLowerCase())) continue;
    const given = await givenOf(argument, attachments);
    if (given.type === 'problem') {
      problems.push(mistakeAt('CMD207', argument.valueSpan, given.message));
      continue;
    }
    const place = { key: argument.keySpan, value: argument.valueSpan, inline: true };
    if (argument.op === 'append') {
      const items = [...(lists.get(argument.key) ?? []), valueOf(given)];
      lists.set(argument.key, items);
      set(argument.key, { type: 'value', value: items }, place);
    } else {
      set(argument.key, given, place);
    }
  }
  for (const { name, span } of line.flags) {
    if (reserved.includes(name.toLowerCase())) continue;
    set(name, { type: 'value', value: true }, { key: span, value: span, inline: false });
  }
  return { values: Object.fromEntries(values), places, problems };

  function take(mapping: Readonly<Record<string, Json>>, place: InputPlace): void {
    for (const [key, value] of Object.entries(mapping)) set(key, { type: 'value', value }, place);
  }

  function set(key: string, value: GivenValue, place: InputPlace): void {
    values.set(key, value);
    places.set(key, place);
  }
};

type Given = GivenValue | { readonly type: 'problem'; readonly message: string };

/** What an argument's value is to the engine. */
const givenOf = async ({ value }: Argument, attachments: readonly Attachment[]): Promise<Given> => {
  switch (value.type) {
    case 'text':
      return { type: 'text', text: value.text };
    case 'mention':
    case 'channel':
      return { type: 'text', text: value.id };
    case 'json':
      return { type: 'value', value: value.value };
    case 'list':
      return { type: 'value', value: value.items.map(plainValue) };
    case 'object': {
      const parsed = parseMapping(value.text);
      return typeof parsed === 'string'
        ? { type: 'problem', message: parsed }
        : { type: 'value', value: parsed };
    }
    case 'file': {
      const file = attachments.find((one) => one.name.toLowerCase() === value.name.toLowerCase());
      if (file === undefined) {
        const names = attachments.map((one) => one.name).join(', ');
        const there = names === '' ? 'nothing is attached' : `attached: ${names}`;
        return { type: 'problem', message: `No attachment is called ${value.name} (${there})` };
      }
      const read = await readAttachment(file);
      return read.type === 'text'
        ? { type: 'text', text: read.text }
        : { type: 'problem', message: `${file.name}: ${read.message}` };
    }
  }
};

const valueOf = (given: GivenValue): Json => (given.type === 'text' ? given.text : given.value);

/** A YAML or JSON mapping, or what is wrong with it. */
export const parseMapping = (text: string): Readonly<Record<string, Json>> | string => {
  try {
    const parsed: unknown = load(text, { maxAliases: 0 });
    if (parsed === null || parsed === undefined) return {};
    // Dates and the like become what JSON makes of them.
    const json: Json = JSON.parse(JSON.stringify(parsed));
    return isJsonObject(json) ? json : 'A mapping of names to values is expected';
  } catch (error) {
    return error instanceof YAMLException ? `Not readable: ${error.reason}` : 'Not readable';
  }
};

const isData = (name: string): boolean => /\.(ya?ml|json)$/i.test(name);
