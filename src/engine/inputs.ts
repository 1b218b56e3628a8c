/**
 * What a run is given, as its definition declares it: text takes the declared type, defaults
 * are filled in, and everything wrong is reported at once.
 *
 * Without a declared type, an input takes the type of its default; without either it keeps
 * what was given, text as text. Only the declaration makes `007` a number.
 */
import type { Json, JsonObject } from '../lib/json.ts';
import { suggest } from '../../grammar/suggest.ts';
import type { InputDefinition, WorkflowDefinition } from './definition.ts';
import type { GivenValue } from './given-value.ts';
import { typedValue, typeOf } from './input-type.ts';
import { isReference } from './secrets.ts';

/** What is wrong with one input. Codes: `INPUT_UNKNOWN`, `_MISSING`, `_TYPE`, `_ENUM`, `_PATTERN`. */
export interface InputProblem {
  readonly input: string;
  readonly code: string;
  readonly message: string;
  readonly hint: string | null;
  /** Accepted words (names, enum values), best first. */
  readonly expected: readonly string[];
}

export type ResolvedInputs =
  | { readonly ok: true; readonly input: JsonObject; readonly defaulted: readonly string[] }
  | { readonly ok: false; readonly problems: readonly InputProblem[] };

/**
 * The complete input, or all that is wrong with it. A `person` may give only what is
 * declared; a `workflow` (failure workflows) hands on more, which is kept.
 */
export const resolveInputs = (
  definition: WorkflowDefinition,
  given: Readonly<Record<string, GivenValue>>,
  mode: 'person' | 'workflow',
): ResolvedInputs => {
  const problems: InputProblem[] = [];
  const values: [string, Json][] = [];
  const defaulted: string[] = [];
  const declared = new Set(definition.input.map(({ name }) => name));

  for (const input of definition.input) {
    const value = Object.hasOwn(given, input.name) ? given[input.name] : undefined;
    if (value === undefined) {
      if (input.required) problems.push(missing(input));
      else {
        values.push([input.name, defaultOf(input)]);
        defaulted.push(input.name);
      }
      continue;
    }
    // What a workflow hands on may be a secret, known by its reference alone.
    if (mode === 'workflow' && value.type === 'value' && isReference(value.value)) {
      values.push([input.name, value.value]);
      continue;
    }
    const checked = check(input, value);
    if ('code' in checked) problems.push(checked);
    else values.push([input.name, checked.value]);
  }
  for (const [name, value] of Object.entries(given)) {
    if (declared.has(name)) continue;
    if (mode === 'person') problems.push(unknown(name, [...declared], definition.id));
    else values.push([name, value.type === 'text' ? value.text : value.value]);
  }
  return problems.length > 0
    ? { ok: false, problems }
    : { ok: true, input: Object.fromEntries(values), defaulted };
};

/** A default of an input that is a duration may be written as one. */
const defaultOf = (input: InputDefinition): Json => {
  if (input.type !== 'duration' || input.default === null) return input.default;
  const typed = typedValue('duration', { type: 'value', value: input.default });
  return typed.ok ? typed.value : input.default;
};

const check = (
  input: InputDefinition,
  given: GivenValue,
): InputProblem | { readonly value: Json } => {
  const typed = typedValue(typeOf(input), given);
  if (!typed.ok)
    return problem(input, 'INPUT_TYPE', `${input.name} must be ${typed.wanted}`, typed);
  const { value } = typed;
  // null is a value: it satisfies `required`, and neither enum nor pattern speaks of it.
  if (value === null) return { value };
  if (input.enum !== null && !input.enum.some((allowed) => same(allowed, value))) {
    const words = input.enum.map(shown);
    const expected = [...new Set([...suggest(shown(value), words, 3), ...words])];
    return {
      input: input.name,
      code: 'INPUT_ENUM',
      message: `${input.name} must be one of ${words.join(', ')}, not ${covered(input, value)}`,
      hint: didYouMean(suggest(shown(value), words)[0]),
      expected,
    };
  }
  if (input.pattern !== null && !matches(input.pattern, shown(value))) {
    const message = `${input.name} must match ${input.pattern}, and ${covered(input, value)} does not`;
    return problem(input, 'INPUT_PATTERN', message, null);
  }
  return { value };
};

const missing = (input: InputDefinition): InputProblem => ({
  input: input.name,
  code: 'INPUT_MISSING',
  message: `${input.name} is required${input.description === null ? '' : ` (${input.description})`}`,
  hint: `Add ${input.name}=…`,
  expected: input.enum?.map(shown) ?? [],
});

const unknown = (name: string, known: readonly string[], workflow: string): InputProblem => {
  const near = suggest(name, known, 3);
  return {
    input: name,
    code: 'INPUT_UNKNOWN',
    message: `${workflow} has no input ${name}`,
    hint:
      didYouMean(near[0]) ??
      (known.length === 0 ? 'It takes no inputs' : `It has ${known.join(', ')}`),
    expected: [...new Set([...near, ...known])],
  };
};

const problem = (
  input: InputDefinition,
  code: string,
  message: string,
  typed: { readonly example: string } | null,
): InputProblem => ({
  input: input.name,
  code,
  message,
  hint: typed === null ? input.description : `For example ${input.name}=${typed.example}`,
  expected: [],
});

const didYouMean = (word: string | undefined): string | null =>
  word === undefined ? null : `Did you mean ${word}?`;

const shown = (value: Json): string => (typeof value === 'string' ? value : JSON.stringify(value));

const covered = (input: InputDefinition, value: Json): string =>
  input.secret ? 'what was given' : shown(value);

const same = (a: Json, b: Json): boolean => JSON.stringify(a) === JSON.stringify(b);

/** The whole text; a pattern the loader should have refused matches nothing. */
const matches = (pattern: string, text: string): boolean => {
  try {
    return new RegExp(`^(?:${pattern})$`, 'u').test(text);
  } catch {
    return false;
  }
};
