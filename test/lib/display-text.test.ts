import * as fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { plainText } from '../../src/lib/display-text.ts';

describe('plainText', () => {
  test.each([
    ['plain ⧗-25.61 ✓ ünïcode', 'plain ⧗-25.61 ✓ ünïcode'],
    ['\u001b[31mred\u001b[0m', 'red'],
    ['\u001b]0;title\u0007text', 'text'],
    ['\u001b]8;;http://x\u001b\\link\u001b]8;;\u001b\\', 'link'],
    ['\u009b2Jgone', 'gone'],
    ['a\u202egpj.exe', 'agpj.exe'],
    ['a\u0000b\u0007c\u007f', 'abc'],
    ['one\r\ntwo\n\nthree', 'one two three'],
    ['zero\u200bwidth\ufeff', 'zerowidth'],
    ['family 👨‍👩‍👧', 'family 👨‍👩‍👧'],
    ['half \ud83d pair', 'half \ufffd pair'],
    ['unended \u001b]0;title', 'unended '],
  ])('%j becomes %j', (text, expected) => expect(plainText(text)).toBe(expected));

  test('every character is shown alone as it is beside others', () => {
    for (let code = 0; code < 0x1_0000; code += 1) {
      const char = String.fromCharCode(code);
      // A character outside the plain ones makes the patterns look.
      expect(`検${plainText(char)}`).toBe(plainText(`検${char}`));
    }
  });

  test('keeps line breaks when asked to', () => {
    expect(plainText('a\r\n\tb\rc', { newlines: true })).toBe('a\n\tb\nc');
  });

  test('nothing that a terminal obeys is left, and doing it twice changes nothing', () => {
    fc.assert(
      fc.property(fc.string({ unit: 'binary', maxLength: 60 }), (text) => {
        const shown = plainText(text);
        // oxlint-disable-next-line no-control-regex -- the very thing that must be absent
        expect(shown).not.toMatch(/[\u0000-\u001f\u007f-\u009f\u202a-\u202e\u2066-\u2069]/);
        expect(plainText(shown)).toBe(shown);
      }),
    );
  });

  test('a megabyte of unended escapes is no trouble', () => {
    expect(plainText('\u001b['.repeat(500_000))).toBe('');
  });
});
