/**
 * The plainest YAML: what we write, and read again without a YAML reader, which takes many times as
 * long as the files themselves. A key a line, two levels deep, every value a word or JSON:
 *
 *     header:
 *       task_id: scan
 *       created_at: "2026-11-24T17:01:22.900Z"
 *     payload:
 *       scan_options: {"recursive":true}
 *
 * Any YAML reader reads it to the same value. What is not exactly of this form is left to one.
 */
import { parseExactJson } from '../../lib/exact-json.ts';
import { isJsonObject, jsonWithout } from '../../lib/json.ts';
import type { Json, JsonObject } from '../../lib/json.ts';

/** The text of a mapping. */
export const writeDocument = (document: JsonObject): string => {
  let text = '';
  for (const [name, value] of Object.entries(document)) {
    if (isJsonObject(value) && Object.keys(value).length > 0) {
      text += `${writeKey(name)}:\n`;
      for (const [key, inner] of Object.entries(value)) {
        text += `  ${writeKey(key)}: ${writeValue(inner)}\n`;
      }
    } else text += `${writeKey(name)}: ${writeValue(value)}\n`;
  }
  return text;
};

const writeKey = (key: string): string => (isWord(key) ? key : toJsonText(key));

const writeValue = (value: Json): string =>
  typeof value === 'string' && isWord(value) ? value : toJsonText(value);

/** JSON that YAML takes: it forbids some characters that JSON lets stand. */
const toJsonText = (value: Json): string => jsonWithout(FORBIDDEN, value);

const FORBIDDEN = /[\u007f-\u009f\u2028\u2029\ufeff\ufffe\uffff]/gu;

/** A word that no YAML takes for anything but text: it cannot be a number, a time or a special value. */
const isWord = (text: string): boolean =>
  WORD.test(text) && NO_NUMBER.test(text) && !SPECIAL.has(text.toLowerCase());

const WORD = /^[A-Za-z0-9$./][A-Za-z0-9_$./-]*$/;
const NO_NUMBER = /^[A-Za-z]|[g-nq-wyzG-NQ-WYZ]/;
const SPECIAL: ReadonlySet<string> = new Set(
  'y n yes no on off true false null .inf .nan'.split(' '),
);

/** The mapping in a text of exactly this form; null for any other, which may still be YAML. */
export const readDocument = (text: string): JsonObject | null => {
  if (!text.endsWith('\n') || text.includes('__proto__')) return null;
  const document: Record<string, Json> = {};
  let section: Record<string, Json> | null = null;
  try {
    for (const line of text.slice(0, -1).split('\n')) {
      const inner = line.startsWith('  ');
      const [, key, value] = (inner ? INNER : OUTER).exec(line) ?? [];
      if (!inner && isBare(section)) return null;
      const into: Record<string, Json> | null = inner ? section : document;
      if (key === undefined || into === null) return null;
      if (!isWord(key) && !key.startsWith('"')) return null;
      const name = isWord(key) ? key : String(JSON.parse(key));
      if (Object.hasOwn(into, name)) return null;
      if (!inner) section = value === undefined ? {} : null;
      into[name] = value === undefined ? (section ?? {}) : readValue(value);
    }
  } catch {
    return null;
  }
  return isBare(section) ? null : document;
};

/** A name with nothing behind it means null to YAML. */
const isBare = (section: JsonObject | null): boolean =>
  section !== null && Object.keys(section).length === 0;

const readValue = (text: string): Json => (isWord(text) ? text : parseExactJson(text));

const OUTER = /^([A-Za-z0-9$./][A-Za-z0-9_$./-]*|"(?:[^"\\]|\\.)*"):(?: (.+))?$/;
const INNER = /^ {2}([A-Za-z0-9$./][A-Za-z0-9_$./-]*|"(?:[^"\\]|\\.)*"): (.+)$/;
