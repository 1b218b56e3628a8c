/**
 * Where the tokens of a command line end that a regular expression cannot delimit. Each function
 * gives the offset behind the token, or -1 when there is none at `offset`; all look at every
 * character at most once.
 */
import { DOUBLE_QUOTES, isAsciiWord, isDigit, isSpaceAt, isWordAt } from '../characters.ts';
import { singleQuotedEnd } from '../quotes.ts';

/** Behind `key=`, `key:=`, `key+=`, or the same with `--` before it. Only at the start of a word. */
export const assignEnd = (text: string, offset: number): number =>
  isSpaceAt(text, offset - 1) ? operatorEnd(text, keyEnd(text, afterDashes(text, offset))) : -1;

/** Behind `=`, `:=` or `+=` at `offset`. */
export const operatorEnd = (text: string, offset: number): number => {
  if (offset < 0) return -1;
  const next = text.charCodeAt(offset);
  if (next === EQUALS) return offset + 1;
  const joined = next === COLON || next === PLUS;
  return joined && text.charCodeAt(offset + 1) === EQUALS ? offset + 2 : -1;
};

/** Behind `--name` (the dashes may be one en or em dash). Only as a whole word. */
export const optionEnd = (text: string, offset: number): number => {
  if (!isSpaceAt(text, offset - 1)) return -1;
  const name = afterDashes(text, offset);
  if (name === offset) return -1;
  const end = keyEnd(text, name);
  return isSpaceAt(text, end) ? end : -1;
};

/** Offset behind `--` or a long dash when a name follows; else `offset` itself. */
export const afterDashes = (text: string, offset: number): number => {
  const first = text.charCodeAt(offset);
  let name = offset;
  if (first === DASH) {
    if (text.charCodeAt(offset + 1) !== DASH) return offset;
    name = offset + 2;
  } else if (first === EN_DASH || first === EM_DASH) {
    name = text.charCodeAt(offset + 1) === DASH ? offset + 2 : offset + 1;
  } else return offset;
  return isWordAt(text, name) && !isDigit(text.charCodeAt(name)) ? name : offset;
};

/** Behind the key or the option's name at `offset`. */
export const keyEnd = (text: string, offset: number): number => {
  if (!isWordAt(text, offset)) return -1;
  let at = offset;
  for (; at < text.length; at += 1) {
    const code = text.charCodeAt(at);
    if (code < 0x80 ? isAsciiWord(code) || code === DASH || code === DOT : isWordAt(text, at)) {
      if (code >= 0xd800 && code < 0xdc00) at += 1;
    } else break;
  }
  return at;
};

/** Behind a fenced block, its closing fence included. Only at the start of a word. */
export const blockEnd = (text: string, offset: number): number =>
  isSpaceAt(text, offset - 1) ? fenceEnd(text, offset) : -1;

/** The same wherever it stands. */
export const fenceEnd = (text: string, offset: number): number => {
  if (!text.startsWith(FENCE, offset)) return -1;
  const close = text.indexOf(FENCE, offset + FENCE.length);
  return close < 0 ? text.length : close + FENCE.length;
};

/** Behind the `}` that closes the object at `offset`; the end of the text when there is none. */
export const objectEnd = (text: string, offset: number): number => {
  const end = scanObject(text, offset, () => undefined);
  return end < 0 ? text.length : end;
};

/**
 * Walks over an object, with the quoted strings in it respected: a quote opens a string only where
 * a key or a value may begin, so `{note: don't}` and `{size: 5"}` are read as they are meant.
 * Gives the offset behind the closing `}`, or -1.
 */
export const scanObject = (
  text: string,
  offset: number,
  onString: (start: number, end: number) => void,
): number => {
  let depth = 0;
  let before = '{';
  for (let at = offset; at < text.length; at += 1) {
    const char = text.charAt(at);
    if (char === '{') depth += 1;
    else if (char === '}') {
      depth -= 1;
      if (depth === 0) return at + 1;
    } else if (isSpaceAt(text, at)) continue;
    else if (OPENERS.includes(char) && '{[,:'.includes(before)) {
      const end = char === "'" ? yamlSingleEnd(text, at) : stringEnd(text, at, char);
      onString(at, end);
      at = end - 1;
    }
    before = char;
  }
  return -1;
};

/** Behind the JSON value after `:=`: brackets balanced, ASCII strings respected; bare words end at white space. */
export const jsonEnd = (text: string, offset: number): number => {
  if (text.charCodeAt(offset - 1) !== EQUALS || text.charCodeAt(offset - 2) !== COLON) return -1;
  let depth = 0;
  for (let at = offset; at < text.length; at += 1) {
    const char = text.charAt(at);
    if (char === '"') at = asciiStringEnd(text, at) - 1;
    else if (char === '[' || char === '{') depth += 1;
    else if (char === ']' || char === '}') depth -= 1;
    else if (depth <= 0 && isSpaceAt(text, at)) return at;
  }
  return text.length;
};

const EQUALS = 0x3d;
const COLON = 0x3a;
const PLUS = 0x2b;
const DASH = 0x2d;
const DOT = 0x2e;
const EN_DASH = 0x2013;
const EM_DASH = 0x2014;
const FENCE = '```';
const OPENERS = `${DOUBLE_QUOTES}'‘‚`;

function stringEnd(text: string, offset: number, opener: string): number {
  if (!DOUBLE_QUOTES.includes(opener)) return singleQuotedEnd(text, offset);
  for (let at = offset + 1; at < text.length; at += 1) {
    const char = text.charAt(at);
    if (char === '\\') at += 1;
    else if (DOUBLE_QUOTES.includes(char)) return at + 1;
  }
  return text.length;
}

/** YAML's single quotes: doubled inside stands for one. */
function yamlSingleEnd(text: string, offset: number): number {
  for (let at = offset + 1; at < text.length; at += 1) {
    if (text.charAt(at) !== "'") continue;
    if (text.charAt(at + 1) !== "'") return at + 1;
    at += 1;
  }
  return text.length;
}

function asciiStringEnd(text: string, offset: number): number {
  for (let at = offset + 1; at < text.length; at += 1) {
    const char = text.charAt(at);
    if (char === '\\') at += 1;
    else if (char === '"') return at + 1;
  }
  return text.length;
}
