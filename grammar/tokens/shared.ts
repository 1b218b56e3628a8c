/** Tokens that mean the same in commands, conditions and templates. */
import { createToken, Lexer, type CustomPatternMatcherFunc } from 'chevrotain';
import { DOUBLE_QUOTES, SINGLE_QUOTES, SPACES } from '../characters.ts';
import { singleQuotedEnd } from '../quotes.ts';

/**
 * One character code of every bucket in which chevrotain's lexer sorts first characters: the hint
 * of a token that may begin with anything. (A missing bucket would make the lexer skip the token.)
 */
export const ANY_CHARACTER: readonly number[] = [
  ...Array.from({ length: 257 }, (_, code) => code),
  ...Array.from({ length: 256 }, (_, block) => (block + 2) * 255),
];

/** The hint of a token that begins with a letter, digit or underscore of any script. */
export const ANY_WORD: readonly number[] = ANY_CHARACTER.filter(
  (code) => code >= 0x80 || /\w/.test(String.fromCharCode(code)),
);

/**
 * A matcher in the form chevrotain wants, from a function that gives the end of the token or -1.
 * With `first`, only texts that begin with one of these characters are looked at.
 */
export const upTo =
  (end: (text: string, offset: number) => number, first?: string): CustomPatternMatcherFunc =>
  (text, offset) => {
    if (first !== undefined && !first.includes(text.charAt(offset))) return null;
    const stop = end(text, offset);
    return stop > offset ? [text.slice(offset, stop)] : null;
  };

/** The usual single space, apart because the lexer finds one character without a regular expression. */
const Space = createToken({ name: 'Space', pattern: ' ', group: Lexer.SKIPPED });

const WhiteSpace = createToken({
  name: 'WhiteSpace',
  pattern: new RegExp(`[${SPACES}]+`),
  group: Lexer.SKIPPED,
});

/** Any value that is one token. In a command that is also bare text, `@file` and mentions. */
export const Scalar = createToken({ name: 'Scalar', pattern: Lexer.NA, label: 'value' });

/** Text in quotes of any family. */
export const Quoted = createToken({
  name: 'Quoted',
  pattern: Lexer.NA,
  label: 'quoted text',
  categories: [Scalar],
});

/* The three tokens below end at the end of the text when their quote is never closed: the visitor
 * reports that, and no input makes the lexer look twice at what follows. */

export const DoubleQuoted = createToken({
  name: 'DoubleQuoted',
  pattern: new RegExp(
    `[${DOUBLE_QUOTES}](?:[^${DOUBLE_QUOTES}\\\\]+|\\\\[\\s\\S]?)*[${DOUBLE_QUOTES}]?`,
  ),
  start_chars_hint: DOUBLE_QUOTES.split(''),
  categories: [Quoted],
});

export const SingleQuoted = createToken({
  name: 'SingleQuoted',
  pattern: upTo(singleQuotedEnd, SINGLE_QUOTES),
  start_chars_hint: SINGLE_QUOTES.split(''),
  categories: [Quoted],
});

export const TickQuoted = createToken({
  name: 'TickQuoted',
  pattern: /`[^`]*`?/,
  start_chars_hint: ['`'],
  categories: [Quoted],
});

export const Comma = createToken({ name: 'Comma', pattern: ',', label: '","' });

export const quotedTokens = [DoubleQuoted, SingleQuoted, TickQuoted] as const;

/** White space of every kind; it separates and is never part of the tree. */
export const spaceTokens = [Space, WhiteSpace] as const;
