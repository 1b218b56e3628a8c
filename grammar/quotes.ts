/**
 * Reading and writing of quoted text, one rule for commands, conditions and templates:
 * inside double-type quotes `\` before a double-type quote or before `\` is an escape and nothing
 * else is; inside single-type quotes and back-ticks there are no escapes; a single-type quote
 * directly before a letter or digit is an apostrophe and does not close.
 */
import { DOUBLE_QUOTES, isWordAt, SINGLE_QUOTES } from './characters.ts';

/** The text a quoted token stands for, and whether its closing quote is there. */
export interface Quoted {
  readonly text: string;
  readonly closed: boolean;
}

/** Reads the image of a quoted token, its opening quote included. */
export const readQuoted = (image: string): Quoted => {
  const last = image.length - 1;
  if (DOUBLE_QUOTES.includes(image.charAt(0))) return readDouble(image, last);
  const family = image.startsWith('`') ? '`' : SINGLE_QUOTES;
  const closed = last > 0 && family.includes(image.charAt(last));
  return { text: image.slice(1, closed ? last : undefined), closed };
};

/** Writes text so that every language of the grammar reads it back unchanged. */
export const quote = (text: string): string => `"${text.replace(needsEscape, '\\$&')}"`;

/** Offset behind a single-type quoted text that opens at `offset`; the end of the text when it is never closed. */
export const singleQuotedEnd = (text: string, offset: number): number => {
  singleQuote.lastIndex = offset + 1;
  while (singleQuote.test(text)) {
    if (!isWordAt(text, singleQuote.lastIndex)) return singleQuote.lastIndex;
  }
  return text.length;
};

function readDouble(image: string, last: number): Quoted {
  if (!image.includes('\\')) {
    const closed = last > 0 && DOUBLE_QUOTES.includes(image.charAt(last));
    return { text: image.slice(1, closed ? last : undefined), closed };
  }
  let slashes = 0;
  while (image.charAt(last - 1 - slashes) === '\\') slashes += 1;
  const closed = last > 0 && slashes % 2 === 0 && DOUBLE_QUOTES.includes(image.charAt(last));
  return { text: image.slice(1, closed ? last : undefined).replace(escape, '$1'), closed };
}

const needsEscape = new RegExp(`[${DOUBLE_QUOTES}\\\\]`, 'g');
const escape = new RegExp(`\\\\([${DOUBLE_QUOTES}\\\\])`, 'g');
const singleQuote = new RegExp(`[${SINGLE_QUOTES}]`, 'g');
