import { describe, expect, it } from 'vitest';
import { caretLines, displayWidth } from '../../grammar/caret.ts';

const under = (source: string, piece: string, window?: number) => {
  const start = source.indexOf(piece);
  return caretLines(source, { start, end: start + piece.length }, window);
};

describe('carets', () => {
  it('stand under the piece', () => {
    expect(under('@workflow lsit all', 'lsit')).toEqual(['@workflow lsit all', '          ^^^^']);
  });

  it('show only the line of the piece', () => {
    expect(under('one\ntwo bad\nthree', 'bad')).toEqual(['two bad', '    ^^^']);
    expect(caretLines('a\n', { start: 0, end: 2 })).toEqual(['a', '^']);
    expect(caretLines('\nb', { start: 0, end: 0 })).toEqual(['', '^']);
  });

  it('mark a place between characters with one caret', () => {
    expect(caretLines('a=', { start: 2, end: 2 })).toEqual(['a=', '  ^']);
    expect(caretLines('', { start: 0, end: 0 })).toEqual(['', '^']);
  });

  it('count display columns', () => {
    expect(under('検査 bad', 'bad')[1]).toBe('     ^^^');
    expect(under('😀 bad', 'bad')[1]).toBe('   ^^^');
    expect(under('e\u0301 bad', 'bad')[1]).toBe('  ^^^');
    expect(under('👨‍👩‍👧 bad', 'bad')[1]).toBe('   ^^^');
    expect(under('a 検査', '検査')[1]).toBe('  ^^^^');
    expect(under('a\tbad', 'bad')).toEqual(['a bad', '  ^^^']);
  });

  it('cut long lines on both sides', () => {
    const source = `${'a'.repeat(100)} bad ${'b'.repeat(100)}`;
    const [line, carets] = under(source, 'bad', 10);
    expect(line).toBe('…aaaaaaaaa bad bbbbbb…');
    expect(carets).toBe('           ^^^');
  });

  it('do not walk a very long line', () => {
    const [line] = under(`${'x'.repeat(1_000_000)}bad`, 'bad');
    expect(line).toBe(`…${'x'.repeat(40)}bad`);
  });

  it('measure what never joins its neighbours as the segmenter does', () => {
    for (let code = 0x20; code < 0x3000; code += 1) {
      const char = String.fromCharCode(code);
      // A wide character in front makes the segmenter look; none joins a line break.
      expect(displayWidth(`${char}${char}`), char).toBe(displayWidth(`検\n${char}${char}`) - 3);
    }
  });

  it.each([
    ['abc', 3],
    ['検査', 4],
    ['e\u0301', 1],
    ['🇩🇪', 2],
    ['\u200b', 0],
    ['é', 1],
  ])('%j is %i wide', (text, width) => {
    expect(displayWidth(text)).toBe(width);
  });
});
