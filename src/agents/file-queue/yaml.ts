/**
 * YAML from strangers, read within limits: no custom tags, no aliases that unfold into more than
 * the file could have held, no value that JSON cannot carry, no number changed in silence.
 */
import { errorMessage } from '../../lib/error-code.ts';
import { CORE_SCHEMA, intCoreTag, load } from 'js-yaml';
import { holdsInteger } from '../../lib/exact-json.ts';
import type { Json } from '../../lib/json.ts';
import { readDocument } from './plain-document.ts';

/** Why a text is not usable. Not a fault of the program: callers turn it into a value. */
export class UnreadableError extends Error {
  override readonly name = 'UnreadableError';
  /** `foreign`: readable, but about something else than its name says. */
  readonly kind: 'unreadable' | 'foreign';

  constructor(
    message: string,
    options: { readonly kind?: 'unreadable' | 'foreign'; readonly cause?: unknown } = {},
  ) {
    super(message, { cause: options.cause });
    this.kind = options.kind ?? 'unreadable';
  }
}

/**
 * The document in `bytes` (UTF-8, or UTF-16 with a byte order mark).
 * @param budget most characters and nodes the value may have once its aliases are unfolded.
 * @throws UnreadableError
 */
export const readYaml = (bytes: Uint8Array, budget: number): Json => {
  let value: unknown;
  try {
    const text = decode(bytes);
    value =
      readDocument(text) ??
      load(text, {
        schema: EXACT_SCHEMA,
        maxAliases: MAX_ALIASES,
        maxDepth: MAX_DEPTH,
      });
  } catch (error) {
    throw new UnreadableError(firstLine(error), { cause: error });
  }
  return toJson(value, budget);
};

/**
 * `value` itself, once it is shown to be JSON and not to unfold beyond `budget`.
 * @throws UnreadableError
 */
export const toJson = (value: unknown, budget: number): Json => {
  const left = { budget };
  if (!isJson(value, left, 0)) {
    throw new UnreadableError('it holds a value that JSON cannot carry');
  }
  return value;
};

const isJson = (value: unknown, left: { budget: number }, depth: number): value is Json => {
  left.budget -= 1;
  if (left.budget < 0 || depth > MAX_DEPTH) {
    throw new UnreadableError('it is nested too deeply, or unfolds into more than a file may hold');
  }
  switch (typeof value) {
    case 'string':
      left.budget -= value.length;
      return true;
    case 'boolean':
      return true;
    case 'number':
      return Number.isFinite(value);
    case 'object': {
      if (value === null) return true;
      if (Array.isArray(value)) return value.every((item) => isJson(item, left, depth + 1));
      const prototype: unknown = Object.getPrototypeOf(value);
      if (prototype !== Object.prototype && prototype !== null) return false;
      return Object.entries(value).every(([key, item]) => {
        left.budget -= key.length;
        return isJson(item, left, depth + 1);
      });
    }
    default:
      return false;
  }
};

const decode = (bytes: Uint8Array): string => {
  const utf16 = bytes[0] === 0xff && bytes[1] === 0xfe;
  return new TextDecoder(utf16 ? 'utf-16le' : 'utf-8', { fatal: true }).decode(bytes);
};

const firstLine = (error: unknown): string => errorMessage(error).split('\n')[0] ?? '';

/** A whole number that a double would change is read as its text. */
const EXACT_SCHEMA = CORE_SCHEMA.withTags({
  ...intCoreTag,
  resolve(source, isExplicit, tagName) {
    const value: unknown = intCoreTag.resolve(source, isExplicit, tagName);
    return typeof value === 'number' && !holdsInteger(source, value) ? source : value;
  },
});

const MAX_ALIASES = 10_000;
const MAX_DEPTH = 100;
