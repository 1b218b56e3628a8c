/** How a given value takes the type of an input. */
import { parseDuration } from '../../grammar/duration.ts';
import { isJsonObject, type Json } from '../lib/json.ts';
import type { InputDefinition, InputType } from './definition.ts';
import type { GivenValue } from './given-value.ts';

export type Typed =
  | { readonly ok: true; readonly value: Json }
  | { readonly ok: false; readonly wanted: string; readonly example: string };

/** The declared type, else that of the default, else null: anything goes. */
export const typeOf = (input: InputDefinition): InputType | null => {
  if (input.type !== null) return input.type;
  const { default: value } = input;
  if (value === null) return null;
  if (Array.isArray(value)) return 'list';
  if (isJsonObject(value)) return 'object';
  if (typeof value === 'number') return 'number';
  return typeof value === 'boolean' ? 'boolean' : 'string';
};

/**
 * The value in the type, durations as ms. Text is read; a value must have the type already.
 * null fits every type; the text `null` and empty text are null where the type is not text.
 */
export const typedValue = (type: InputType | null, given: GivenValue): Typed => {
  if (given.type === 'value' && given.value === null) return { ok: true, value: null };
  if (type === null) return { ok: true, value: given.type === 'text' ? given.text : given.value };
  const value = given.type === 'text' ? READ[type](given.text) : HOLD[type](given.value);
  return value === undefined ? { ok: false, ...WANTED[type] } : { ok: true, value };
};

const text = (source: string): string => source;

const orNull =
  (read: (source: string) => Json | undefined) =>
  (source: string): Json | undefined => {
    const word = source.trim();
    return word === '' || word === 'null' || word === '~' ? null : read(word);
  };

const NUMBER = /^[+-]?(?:\d+(?:\.\d*)?|\.\d+)(?:e[+-]?\d+)?$/iu;

/** A whole number too long to be held exactly is refused rather than rounded. */
const readNumber = (word: string): Json | undefined => {
  if (!NUMBER.test(word)) return undefined;
  const value = Number(word);
  const exact = !/^[+-]?\d+$/u.test(word) || Number.isSafeInteger(value);
  return Number.isFinite(value) && exact ? value : undefined;
};

const BOOLEANS: Readonly<Record<string, boolean>> = {
  true: true,
  yes: true,
  on: true,
  false: false,
  no: false,
  off: false,
};

const readBoolean = (word: string): Json | undefined => {
  const key = word.toLowerCase();
  return Object.hasOwn(BOOLEANS, key) ? BOOLEANS[key] : undefined;
};

const readJson = (word: string): Json | undefined => {
  try {
    const value: Json = JSON.parse(word);
    return value;
  } catch {
    return undefined;
  }
};

/** JSON, or words between commas. */
const readList = (word: string): Json | undefined => {
  const value = word.startsWith('[') ? readJson(word) : word.split(',').map((part) => part.trim());
  return Array.isArray(value) ? value : undefined;
};

const readObject = (word: string): Json | undefined => {
  const value = readJson(word);
  return isJsonObject(value) ? value : undefined;
};

const READ = {
  string: text,
  path: text,
  number: orNull(readNumber),
  boolean: orNull(readBoolean),
  list: orNull(readList),
  object: orNull(readObject),
  duration: orNull((word) => parseDuration(word) ?? undefined),
} satisfies Record<InputType, (text: string) => Json | undefined>;

const HOLD = {
  string: (value) => (typeof value === 'string' ? value : undefined),
  path: (value) => (typeof value === 'string' ? value : undefined),
  number: (value) => (typeof value === 'number' ? value : undefined),
  boolean: (value) => (typeof value === 'boolean' ? value : undefined),
  list: (value) => (Array.isArray(value) ? value : undefined),
  object: (value) => (isJsonObject(value) ? value : undefined),
  duration: (value) =>
    typeof value === 'string' || typeof value === 'number'
      ? (parseDuration(value) ?? undefined)
      : undefined,
} satisfies Record<InputType, (value: Json) => Json | undefined>;

const WANTED = {
  string: { wanted: 'text', example: '"some text"' },
  path: { wanted: 'a path', example: '0UT.3OX' },
  number: { wanted: 'a number', example: '5' },
  boolean: { wanted: 'true or false', example: 'true' },
  list: { wanted: 'a list', example: '[a, b]' },
  object: { wanted: 'an object', example: '{"key": "value"}' },
  duration: { wanted: 'a duration', example: '5m' },
} satisfies Record<InputType, { readonly wanted: string; readonly example: string }>;
