import * as fc from 'fast-check';
import { expect, it } from 'vitest';
import { parseExactJson } from '../../src/lib/exact-json.ts';

it.each([
  ['9007199254740993', '9007199254740993'],
  ['-123456789012345678901234567890', '-123456789012345678901234567890'],
  ['9007199254740991', 9_007_199_254_740_991],
  ['1e400', '1e400'],
  ['0.1234567890123456789', 0.123_456_789_012_345_68],
  ['1234567890.1234567890123', 1_234_567_890.123_456_7],
  [
    '{"9007199254740993": ["\\"9007199254740993", 12345678901234567891]}',
    { '9007199254740993': ['"9007199254740993', '12345678901234567891'] },
  ],
])('reads %s without losing a digit', (text, value) => {
  expect(parseExactJson(text)).toEqual(value);
});

it('reads everything that JSON.stringify writes as JSON.parse does', () => {
  fc.assert(
    fc.property(fc.json(), (text) => {
      expect(parseExactJson(text)).toEqual(JSON.parse(text));
    }),
    { numRuns: 1_000 },
  );
});

it('refuses what is not JSON', () => {
  expect(() => parseExactJson('[12345678901234567891,]')).toThrow(SyntaxError);
});
