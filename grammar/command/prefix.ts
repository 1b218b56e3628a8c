import { isSpaceAt } from '../characters.ts';

/** Where a command begins in a message: the prefix at `start`, its content from `end` on. */
export interface Address {
  readonly start: number;
  readonly end: number;
}

/**
 * Finds the prefix at the start of a message; greetings may come before it. Prefixes are compared
 * without case. One that is not a mention ends its word: `@workflows` is not `@workflow`.
 */
export const findAddress = (text: string, prefixes: readonly string[]): Address | null => {
  let at = skip(text, 0, filler);
  for (;;) {
    const end = prefixEnd(text, at, prefixes);
    if (end >= 0) return { start: at, end };
    const wordEnd = skip(text, at, letter);
    if (wordEnd === at || wordEnd - at > LONGEST_GREETING) return null;
    if (!greetings.has(text.slice(at, wordEnd).toLowerCase())) return null;
    const next = skip(text, wordEnd, filler);
    if (next === wordEnd) return null;
    at = next;
  }
};

/** True when a text is one of the prefixes. */
export const isPrefix = (text: string, prefixes: readonly string[]): boolean =>
  prefixes.some((prefix) => prefix.toLowerCase() === text.toLowerCase());

const LONGEST_GREETING = 8;
const greetings: ReadonlySet<string> = new Set(
  'hey heya hi hiya hello hallo hola yo ok okay please pls plz kindly dear so now'.split(' '),
);
const filler = /[\s\u200b,.!:;-]/;
const letter = /[a-z]/i;

function skip(text: string, offset: number, what: RegExp): number {
  let at = offset;
  while (at < text.length && what.test(text.charAt(at))) at += 1;
  return at;
}

function prefixEnd(text: string, offset: number, prefixes: readonly string[]): number {
  let best = -1;
  for (const prefix of prefixes) {
    const end = offset + prefix.length;
    if (prefix === '' || end <= best) continue;
    if (!text.startsWith(prefix, offset)) {
      if (differs(text.charCodeAt(offset), prefix.charCodeAt(0))) continue;
      if (text.slice(offset, end).toLowerCase() !== prefix.toLowerCase()) continue;
    }
    if (prefix.endsWith('>') || isSpaceAt(text, end)) best = end;
    else if (',:;!'.includes(text.charAt(end)) && isSpaceAt(text, end + 1)) best = end + 1;
  }
  return best;
}

/** Most messages are told apart by one character: ASCII that is not the same letter in any case. */
function differs(a: number, b: number): boolean {
  return a < 0x80 && b < 0x80 && (a | 0x20) !== (b | 0x20);
}
