/**
 * Which characters mean what, for every language of the grammar.
 *
 * Quotes come in families: phones and word processors make many. Any double-type quote closes any
 * other double-type quote, the same holds for single-type ones, a back-tick closes a back-tick.
 */

/** Double-type quotes, for use inside a character class. */
export const DOUBLE_QUOTES = '"“”„‟«»〝〞〟＂';

/** Single-type quotes, for use inside a character class. */
export const SINGLE_QUOTES = "'‘’‚‛‹›＇";

/** White space inside a character class: what `\s` knows (NBSP, thin spaces) and the zero-width space. */
export const SPACES = '\\s\\u200b';

/** True for white space at this offset; the end of the text counts as white space. */
export const isSpaceAt = (text: string, offset: number): boolean => {
  if (offset < 0 || offset >= text.length) return true;
  const code = text.charCodeAt(offset);
  if (code < 0x80) return code === 0x20 || (code >= 0x09 && code <= 0x0d);
  return wideSpace.test(text.charAt(offset));
};

/** True for a letter, digit, mark or underscore at this offset. */
export const isWordAt = (text: string, offset: number): boolean => {
  const code = text.charCodeAt(offset);
  if (code < 0x80) return isAsciiWord(code);
  const point = text.codePointAt(offset);
  return point !== undefined && wideWord.test(String.fromCodePoint(point));
};

/** True for an ASCII letter, digit or underscore. */
export const isAsciiWord = (code: number): boolean =>
  (code >= 0x61 && code <= 0x7a) ||
  (code >= 0x41 && code <= 0x5a) ||
  (code >= 0x30 && code <= 0x39) ||
  code === 0x5f;

/** True for an ASCII digit. */
export const isDigit = (code: number): boolean => code >= 0x30 && code <= 0x39;

const wideSpace = /[\s\u200b]/;
const wideWord = /[\p{L}\p{N}\p{M}]/u;
