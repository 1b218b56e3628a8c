/**
 * JSON whose numbers are never changed in silence: a whole number that a double would print with
 * other digits, or a number beyond its range, is read as its text.
 */
import type { Json } from './json.ts';

/** @throws SyntaxError as `JSON.parse`. */
export const parseExactJson = (text: string): Json => {
  const value: Json = JSON.parse(text);
  // Only what is valid is searched, so a token is what it looks like.
  return SUSPECT.test(text) ? JSON.parse(text.replace(TOKEN, quoteLarge)) : value;
};

const SUSPECT = /\d{16}|[eE]\+?\d{3}/;
const TOKEN = /"(?:[^"\\]|\\.)*"|-?\d+(?:\.\d+)?(?:[eE][+-]?\d+)?/g;

const quoteLarge = (token: string): string =>
  token.startsWith('"') || isExact(token) ? token : `"${token}"`;

const isExact = (token: string): boolean =>
  /^-?\d+$/.test(token) ? holdsInteger(token, Number(token)) : Number.isFinite(Number(token));

/** Whether `value` is the whole number that `digits` writes. */
export const holdsInteger = (digits: string, value: number): boolean =>
  Number.isSafeInteger(value) || String(value) === digits;
