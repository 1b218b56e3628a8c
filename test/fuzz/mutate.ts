/** Texts that are almost right: a valid one, changed a few times in the ways strangers change things. */
import * as fc from 'fast-check';

/** Pieces that have broken parsers before. */
const PIECES = [
  '\u0000',
  '\u001b[31m',
  '\u202e',
  '\u2066',
  '\ufeff',
  '\ud800',
  '\udfff',
  '\r',
  '\n',
  '\t',
  '   ',
  '__proto__',
  'constructor',
  'toString',
  '"__proto__": {"polluted": true}',
  '__proto__: {polluted: true}',
  '../../../etc/passwd',
  '/dev/zero',
  'C:\\Windows',
  '${',
  '${a.output',
  '${secret.X}',
  '}',
  '{',
  '[',
  ']',
  '[[[[[[[[[[[[[[[[',
  '((((((((((((',
  '"',
  "'",
  '`',
  '“',
  '```yaml\n',
  '---\n',
  '...\n',
  '&a ',
  '*a',
  '&a [*a]',
  '<<: *a',
  '!!js/function x',
  '!!binary AAAA',
  '? ',
  ': ',
  '- ',
  '#',
  '|\n',
  '>\n',
  '%YAML 9.9\n',
  '99999999999999999999999999',
  '-0',
  '1e999',
  '0x7fffffffffffffff',
  '.inf',
  '.nan',
  'null',
  '~',
  'true',
  '2001-01-01',
  '5m',
  '\\',
  '\\u0000',
  '==',
  '??',
  'and or not',
  'matches "(a+)+$"',
  '@workflow',
  '<@123>',
  '--',
  '=',
  ':=',
  '+=',
  '✓',
  '👩‍👩‍👧‍👦',
];

interface Change {
  readonly kind: 'insert' | 'delete' | 'repeat' | 'swap' | 'character' | 'value';
  /** Where, and how much, as parts of the text's length. */
  readonly at: number;
  readonly length: number;
  readonly piece: string;
  readonly times: number;
}

const part = fc.double({ min: 0, max: 1, noNaN: true });

const change: fc.Arbitrary<Change> = fc.record({
  kind: fc.constantFrom(
    'insert',
    'insert',
    'delete',
    'repeat',
    'swap',
    'character',
    'value',
    'value',
  ),
  at: part,
  length: part,
  piece: fc.oneof(
    { weight: 4, arbitrary: fc.constantFrom(...PIECES) },
    { weight: 1, arbitrary: fc.string({ unit: 'binary', maxLength: 8 }) },
  ),
  times: fc.nat({ max: 40 }),
});

/** What stands in the place of a value, so that the text around it stays what it was. */
const VALUES = [
  'null',
  '0',
  '-1',
  '1e999',
  '""',
  '"x"',
  '"99999999999999999999999999"',
  'true',
  '[]',
  '{}',
  '[null]',
  '[[[[{}]]]]',
  '{"id":null}',
  '"\\u0000\\ud800"',
];

const VALUE = /"(?:[^"\\]|\\.)*"|-?\d+(?:\.\d+)?|true|false|null|\[\]|\{\}/gu;

const withValue = (text: string, at: number, value: string): string => {
  const found = [...text.matchAll(VALUE)];
  const one = found[Math.floor(at * found.length)];
  return one === undefined
    ? text
    : text.slice(0, one.index) + value + text.slice(one.index + one[0].length);
};

const apply = (text: string, { kind, at, length, piece, times }: Change): string => {
  const from = Math.floor(at * text.length);
  const to = Math.min(text.length, from + Math.floor(length * length * 40));
  switch (kind) {
    case 'insert':
      return text.slice(0, from) + piece + text.slice(from);
    case 'delete':
      return text.slice(0, from) + text.slice(to);
    case 'repeat':
      return text.slice(0, to) + text.slice(from, to).repeat(times) + text.slice(to);
    case 'swap':
      return text.slice(to) + text.slice(0, from);
    case 'value':
      return withValue(text, at, VALUES[Math.floor(length * VALUES.length)] ?? 'null');
    case 'character':
      return text.slice(0, from) + piece.slice(0, 1) + text.slice(from + 1);
  }
};

/** Mutants of the seeds; shrinks towards a seed with few changes. */
export const mutantsOf = (seeds: readonly string[]): fc.Arbitrary<string> =>
  fc
    .tuple(fc.constantFrom(...seeds), fc.array(change, { maxLength: 6 }))
    .map(([seed, changes]) => changes.reduce(apply, seed));
