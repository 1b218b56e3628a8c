import type { IToken } from 'chevrotain';
import { diagnose, excerpt } from '../diagnose.ts';
import type { Block } from './model.ts';
import { tokenSpan, type Reading } from './values.ts';

/** Reads a fenced block; `earlier` is the block already read, which is then kept. */
export const readBlock = (token: IToken, earlier: Block | null, reading: Reading): Block => {
  const span = tokenSpan(token);
  const closed = token.image.length >= 6 && token.image.endsWith(FENCE);
  const inner = token.image.slice(FENCE.length, closed ? -FENCE.length : undefined);
  const head = firstLine.exec(inner);
  const language = (head?.[1] ?? '').toLowerCase();
  const textStart = span.start + FENCE.length + (head?.[0].length ?? 0);
  const fence = { start: span.start, end: span.start + FENCE.length };
  if (!closed) reading.problems.push(diagnose('CMD104', fence, 'The block is never closed'));
  if (earlier !== null) {
    reading.problems.push(diagnose('CMD106', fence, 'A message can hold one block only'));
    return earlier;
  }
  if (!isLanguage(language)) {
    const start = fence.end + (head?.[0].search(/\S/) ?? 0);
    const message = `${excerpt(language)} is not a language of blocks`;
    reading.problems.push(
      diagnose('CMD107', { start, end: start + language.length }, message, {
        expected: ['yaml', 'json'],
      }),
    );
  }
  return {
    language: language === 'json' ? 'json' : 'yaml',
    text: inner.slice(head?.[0].length ?? 0),
    textSpan: { start: textStart, end: span.end - (closed ? FENCE.length : 0) },
    span,
  };
};

const FENCE = '```';
/** The language, when the first line holds nothing else. */
const firstLine = /^[ \t]*([^\s`{[:]*)[ \t]*\r?\n/;

function isLanguage(language: string): boolean {
  return ['', 'yaml', 'yml', 'json'].includes(language);
}
