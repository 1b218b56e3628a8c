import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { editDistance, suggest } from '../../grammar/suggest.ts';

const verbs = [
  'run',
  'list',
  'describe',
  'status',
  'receipt',
  'cancel',
  'pause',
  'resume',
  'retry',
  'rerun',
  'restart',
];

describe('did you mean', () => {
  it.each([
    ['lsit', 'list'],
    ['stauts', 'status'],
    ['LIST', 'list'],
    ['cancle', 'cancel'],
    ['recipt', 'receipt'],
    ['pasue', 'pause'],
    ['desc', 'describe'],
    ['rnu', 'run'],
    ['targt_folder', undefined],
  ])('%s → %s', (word, expected) => {
    expect(suggest(word, verbs)[0]).toBe(expected);
  });

  it('offers the closest first and ties by their beginning', () => {
    expect(suggest('retr', ['return', 'retry', 'entry'], 3)).toEqual(['retry', 'return']);
    expect(suggest('bat', ['cat', 'bar'], 2)).toEqual(['bar', 'cat']);
  });

  it('forgives short words little', () => {
    expect(suggest('ab', ['cd', 'ac'])).toEqual([]);
    expect(suggest('', verbs)).toEqual([]);
  });

  it('copes with pages of text', () => {
    expect(suggest('x'.repeat(100_000), ['y'.repeat(100_000)])).toEqual([]);
  });

  it('measures like the textbook', () => {
    const word = fc.string({ unit: fc.constantFrom('a', 'b', 'c'), maxLength: 7 });
    fc.assert(
      fc.property(word, word, fc.integer({ min: 0, max: 7 }), (a, b, limit) => {
        const exact = textbook(a, b);
        expect(editDistance(a, b)).toBe(exact);
        expect(editDistance(a, b, limit)).toBe(Math.min(exact, limit + 1));
      }),
    );
  });
});

/** Optimal string alignment by its definition. */
function textbook(a: string, b: string): number {
  if (a === '' || b === '') return a.length + b.length;
  const [x, y] = [a.slice(0, -1), b.slice(0, -1)];
  const same = a.at(-1) === b.at(-1);
  let best = Math.min(textbook(x, b) + 1, textbook(a, y) + 1, textbook(x, y) + (same ? 0 : 1));
  if (a.length > 1 && b.length > 1 && a.at(-1) === b.at(-2) && a.at(-2) === b.at(-1)) {
    best = Math.min(best, textbook(a.slice(0, -2), b.slice(0, -2)) + 1);
  }
  return best;
}
