/**
 * The tokens of a command line, read without chevrotain's lexer: that one takes longer over a short
 * line than everything after it. `command.ts` says what the tokens are; here stands only how the
 * first one that matches is found from the first character. A property holds both to the same tokens.
 */
import type { IToken, TokenType } from 'chevrotain';
import { DOUBLE_QUOTES, isSpaceAt, isWordAt, SINGLE_QUOTES } from '../characters.ts';
import { afterDashes, fenceEnd, jsonEnd, keyEnd, objectEnd, operatorEnd } from '../command/scan.ts';
import { singleQuotedEnd } from '../quotes.ts';
import * as C from './command.ts';
import { Comma, DoubleQuoted, SingleQuoted, TickQuoted } from './shared.ts';

/** The tokens of `text` from `from` on: everything but white space is in one. */
export const readLine = (text: string, from: number): IToken[] => {
  const tokens: IToken[] = [];
  /** Lists around the place. */
  let depth = 0;
  let at = from;
  let startsWord = true;
  while (at < text.length) {
    if (isSpaceAt(text, at)) {
      startsWord = true;
      at += 1;
      continue;
    }
    const token =
      (depth === 0 ? keyed(text, at, startsWord) : listed(text, at)) ??
      marked(text, at, depth > 0) ??
      tokenOf(depth > 0 ? C.BareItem : C.Bare, text, at, bareEnd(text, at, depth > 0));
    if (token.tokenType === C.ListOpen) depth += 1;
    else if (token.tokenType === C.ListClose) depth -= 1;
    tokens.push(token);
    at += token.image.length;
    startsWord = false;
  }
  return tokens;
};

/** What stands only outside of lists: keys, options, JSON and blocks; and words, seen on the way. */
const keyed = (text: string, at: number, startsWord: boolean): IToken | null => {
  if (!startsWord) {
    const json = jsonEnd(text, at);
    return json < 0 ? null : tokenOf(C.JsonText, text, at, json);
  }
  const name = afterDashes(text, at);
  if (name > at || isWordAt(text, at)) {
    const end = keyEnd(text, name);
    const assign = operatorEnd(text, end);
    if (assign >= 0) return tokenOf(C.Assign, text, at, assign);
    if (!isSpaceAt(text, end)) return tokenOf(C.Bare, text, at, bareEnd(text, end, false));
    return tokenOf(name > at ? C.Option : C.Bare, text, at, end);
  }
  const block = fenceEnd(text, at);
  return block < 0 ? null : tokenOf(C.Block, text, at, block);
};

/** What stands only inside of lists. */
const listed = (text: string, at: number): IToken | null => {
  switch (text.charCodeAt(at)) {
    case COMMA:
      return tokenOf(Comma, text, at, at + 1);
    case CLOSE:
      return tokenOf(C.ListClose, text, at, at + 1);
    default:
      return null;
  }
};

/** What its first character shows: quotes, lists, objects, files and mentions. */
const marked = (text: string, at: number, inList: boolean): IToken | null => {
  switch (text.charAt(at)) {
    case '[':
      return tokenOf(C.ListOpen, text, at, at + 1);
    case '{':
      return tokenOf(C.ObjectText, text, at, objectEnd(text, at));
    case '@': {
      const end = bareEnd(text, at + 1, inList);
      return end === at + 1 ? null : tokenOf(inList ? C.FileItem : C.File, text, at, end);
    }
    case '<':
      mention.lastIndex = at;
      return mention.test(text) ? tokenOf(C.Mention, text, at, mention.lastIndex) : null;
    case '`': {
      const close = text.indexOf('`', at + 1);
      return tokenOf(TickQuoted, text, at, close < 0 ? text.length : close + 1);
    }
    default:
      return quoted(text, at);
  }
};

const quoted = (text: string, at: number): IToken | null => {
  const code = text.charCodeAt(at);
  if (code < 0x80 && code !== DOUBLE && code !== SINGLE) return null;
  const char = text.charAt(at);
  if (SINGLE_QUOTES.includes(char))
    return tokenOf(SingleQuoted, text, at, singleQuotedEnd(text, at));
  if (!DOUBLE_QUOTES.includes(char)) return null;
  doubleQuoted.lastIndex = at;
  return doubleQuoted.test(text) ? tokenOf(DoubleQuoted, text, at, doubleQuoted.lastIndex) : null;
};

/** Behind text that goes up to white space; inside a list also up to a comma or the list's end. */
const bareEnd = (text: string, from: number, inList: boolean): number => {
  let at = from;
  for (; !isSpaceAt(text, at); at += 1) {
    const code = text.charCodeAt(at);
    if (inList && (code === COMMA || code === CLOSE)) break;
  }
  return at;
};

const tokenOf = (tokenType: TokenType, text: string, start: number, end: number): IToken => ({
  image: text.slice(start, end),
  startOffset: start,
  tokenTypeIdx: tokenType.tokenTypeIdx ?? 0,
  tokenType,
});

const COMMA = 0x2c;
const CLOSE = 0x5d;
const DOUBLE = 0x22;
const SINGLE = 0x27;

/** A token's pattern, tried at one place. */
const sticky = ({ name, PATTERN }: TokenType): RegExp => {
  if (PATTERN instanceof RegExp) return new RegExp(PATTERN.source, 'y');
  throw new Error(`${name} has no pattern of its own`);
};

const mention = sticky(C.Mention);
const doubleQuoted = sticky(DoubleQuoted);
