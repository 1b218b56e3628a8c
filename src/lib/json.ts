/** The values that survive a trip through JSON and YAML files unchanged. */
export type Json =
  string | number | boolean | null | readonly Json[] | { readonly [key: string]: Json };

/** A JSON object. */
export type JsonObject = { readonly [key: string]: Json };

/** True for a plain mapping: not null, not a list. */
export const isJsonObject = (value: unknown): value is JsonObject =>
  typeof value === 'object' && value !== null && !Array.isArray(value);

/**
 * JSON on one line, with its line break, whatever the reader takes for the end of one: some (Node's
 * `readline` from 24 on, Python's `splitlines`) also break at what Unicode calls a line separator.
 */
export const jsonLine = (value: unknown): string => `${jsonWithout(SEPARATORS, value)}\n`;

const SEPARATORS = /[\u0085\u2028\u2029]/gu;

/** JSON in which what `characters` (single UTF-16 units, /g) finds is escaped, too. */
export const jsonWithout = (characters: RegExp, value: unknown): string =>
  JSON.stringify(value).replace(
    characters,
    (unit) => `\\u${unit.charCodeAt(0).toString(16).padStart(4, '0')}`,
  );

/** What a text says; undefined when it is no JSON. */
export const parsedJson = (text: string): unknown => {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
};
