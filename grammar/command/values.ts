/** From the tokens of a value to the value. What is wrong with it goes to `reading.problems`. */
import type { IToken } from 'chevrotain';
import { DOUBLE_QUOTES } from '../characters.ts';
import { diagnose } from '../diagnose.ts';
import type { Diagnostic, Span } from '../diagnostic.ts';
import type { Json } from '../json.ts';
import { readQuoted } from '../quotes.ts';
import * as C from '../tokens/command.ts';
import { DoubleQuoted, SingleQuoted, TickQuoted } from '../tokens/shared.ts';
import { findJsonError } from './json-error.ts';
import type { CommandValue } from './model.ts';
import { scanObject } from './scan.ts';

/** One pass over one message: who is addressed, what is wrong so far. */
export interface Reading {
  readonly text: string;
  readonly prefixes: readonly string[];
  readonly problems: Diagnostic[];
}

/** Span of a token in the whole message. */
export const tokenSpan = ({ startOffset, image }: IToken): Span => ({
  start: startOffset,
  end: startOffset + image.length,
});

/** Reads a value that is one token, JSON excepted. */
export const readScalar = (token: IToken, reading: Reading): CommandValue => {
  switch (token.tokenType) {
    case DoubleQuoted:
    case SingleQuoted:
    case TickQuoted:
      return { type: 'text', text: readQuotedToken(token, reading), quoted: true };
    case C.ObjectText:
      return { type: 'object', text: readObject(token, reading) };
    case C.Mention:
      return readMention(token.image);
    case C.File:
    case C.FileItem:
      return { type: 'file', name: token.image.slice(1) };
    default:
      return { type: 'text', text: token.image, quoted: false };
  }
};

/** The text inside a quoted token; an unclosed one is reported and read to its end. */
export const readQuotedToken = (token: IToken, reading: Reading): string => {
  const { text, closed } = readQuoted(token.image);
  if (!closed) reading.problems.push(unclosedQuote(token));
  return text;
};

/** Reads what follows `:=`. */
export const readJson = (token: IToken, reading: Reading): CommandValue => {
  const error = findJsonError(token.image);
  if (error === null) {
    const value = parseJson(token.image);
    if (value !== undefined) return { type: 'json', value };
  }
  const start = token.startOffset + (error?.offset ?? 0);
  const end =
    error === null ? start + token.image.length : Math.min(start + 1, reading.text.length);
  const message =
    error === null
      ? 'A number here is too large'
      : `This is not JSON: expected ${error.expected} here`;
  reading.problems.push(diagnose('CMD108', { start, end }, message));
  return { type: 'json', value: null };
};

const escapedEnd = new RegExp(`\\\\[${DOUBLE_QUOTES}]\\s*$`);

function unclosedQuote(token: IToken): Diagnostic {
  const start = token.startOffset;
  const char = token.image.charAt(0);
  const escaped = token.tokenType === DoubleQuoted && escapedEnd.test(token.image);
  return diagnose('CMD101', { start, end: start + 1 }, `The quote ${char} is never closed`, {
    expected: [char],
    ...(escaped && { hint: 'a \\ before the last quote makes it part of the text: write \\\\' }),
  });
}

/** The delimiting quotes become plain ones, so that JSON and YAML read what a phone wrote. */
function readObject(token: IToken, reading: Reading): string {
  const source = token.image;
  const pieces: string[] = [];
  let done = 0;
  const end = scanObject(source, 0, (start, stop) => {
    const mark = plainQuote(source.charAt(start), source.slice(start + 1, stop - 1));
    if (mark === null) return;
    pieces.push(source.slice(done, start), mark, source.slice(start + 1, stop - 1), mark);
    done = stop;
  });
  if (end >= 0) return pieces.join('') + source.slice(done);
  const start = token.startOffset;
  const message = 'The object opened by { is never closed';
  reading.problems.push(
    diagnose('CMD103', { start, end: start + 1 }, message, { expected: ['}'] }),
  );
  return source;
}

/** The plain quote that can stand around `inner` in the place of `opener`; null to leave it. */
function plainQuote(opener: string, inner: string): '"' | "'" | null {
  if (opener === '"' || opener === "'") return null;
  if (DOUBLE_QUOTES.includes(opener)) return '"';
  if (!inner.includes("'")) return "'";
  return /["\\]/.test(inner) ? null : '"';
}

/** `<@!1>` is an old form of `<@1>`; both name the user. */
function readMention(image: string): CommandValue {
  const id = image.replace(/\D/g, '');
  if (image.startsWith('<#')) return { type: 'channel', id };
  return { type: 'mention', kind: image.startsWith('<@&') ? 'role' : 'user', id };
}

function parseJson(text: string): Json | undefined {
  let finite = true;
  const checked = (_key: string, value: Json): Json => {
    if (typeof value !== 'number') return value;
    if (!Number.isFinite(value)) finite = false;
    return value === 0 ? 0 : value;
  };
  const value: Json = NEEDS_CARE.test(text) ? JSON.parse(text, checked) : JSON.parse(text);
  return finite ? value : undefined;
}

/** Numbers that JSON reads as infinite or as minus zero. */
const NEEDS_CARE = /[eE]|-0|\d{300}/;
