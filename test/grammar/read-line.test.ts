import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { createLexer } from '../../grammar/tokens/lexer.ts';
import { readLine } from '../../grammar/tokens/read-line.ts';
import { commandPieces, fuzzRuns, textOf } from './support.ts';
import { commandText } from './valid-texts.ts';

/** chevrotain's own lexer, from the definitions in `grammar/tokens/command.ts`. */
const lexer = createLexer(false);

const sameAsDefined = (text: string): void => {
  const { tokens, errors } = lexer.tokenize(text, 'line');
  expect(errors).toEqual([]);
  expect(readLine(text, 0)).toEqual(tokens);
};

describe('the tokens of a command line are those of its definition', () => {
  it.each(
    Object.entries({
      'a right line': commandText,
      'pieces of lines': textOf(commandPieces),
      'any text': fc.string({ unit: 'binary', maxLength: 60 }),
      'characters that mean something': fc.string({
        unit: fc.constantFrom(
          ...Array.from('a1-_.=:+"“‘\'’`[]{},<@#!&>\\/ \n\u00a0\u200b\ufeff—–é😀\ud83d\u0301'),
        ),
        maxLength: 24,
      }),
    }),
  )('for %s', (_name, texts) => {
    fc.assert(fc.property(texts, sameAsDefined), { numRuns: 4 * fuzzRuns });
  });

  it.each(Array.from({ length: 0x1_0000 / 0x1000 }, (_, block) => block * 0x1000))(
    'for every character from %i on, alone, in a word, behind a key and in a list',
    (first) => {
      for (let code = first; code < first + 0x1000; code += 1) {
        const char = String.fromCharCode(code);
        const text = `${char} a${char}b k=${char} k:=${char} l=[${char}, x${char}y] ${char}1=2`;
        expect(readLine(text, 0), text).toEqual(lexer.tokenize(text, 'line').tokens);
      }
    },
  );

  it('wherever the line begins in a message', () => {
    const texts = fc.oneof(commandText, textOf(commandPieces));
    fc.assert(
      fc.property(fc.constantFrom('<@1>', 'k:=', '@workflow', '“', 'a='), texts, (before, text) => {
        const own = readLine(text, 0).map((token) => ({
          ...token,
          startOffset: token.startOffset + before.length,
        }));
        expect(readLine(before + text, before.length)).toEqual(own);
      }),
      { numRuns: fuzzRuns },
    );
  });
});
