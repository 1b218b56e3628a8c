import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { formatDuration, parseDuration } from '../../grammar/duration.ts';

describe('durations', () => {
  it.each<[string | number, number | null]>([
    ['5m', 300_000],
    ['1h30m', 5_400_000],
    ['1h 30m', 5_400_000],
    ['250ms', 250],
    ['1.5s', 1500],
    ['2w', 1_209_600_000],
    ['1d', 86_400_000],
    ['90', 90_000],
    [90, 90_000],
    [0.25, 250],
    [0, 0],
    ['0', 0],
    ['0s', 0],
    [-1, null],
    ['-5m', null],
    [Number.NaN, null],
    [Number.POSITIVE_INFINITY, null],
    ['', null],
    ['5 apples', null],
    ['m', null],
    ['5M', null],
    ['1e9w', null],
    ['9'.repeat(40), null],
  ])('%s is %s ms', (text, ms) => {
    expect(parseDuration(text)).toBe(ms);
  });

  it.each([
    [5_400_000, '1h30m'],
    [0, '0s'],
    [250, '250ms'],
    [604_800_000, '1w'],
    [90_061_001, '1d1h1m1s1ms'],
    [-1000, '-1s'],
  ])('%s ms is %s', (ms, text) => {
    expect(formatDuration(ms)).toBe(text);
  });

  it('reads back what it writes', () => {
    fc.assert(
      fc.property(fc.maxSafeNat(), (ms) => {
        expect(parseDuration(formatDuration(ms))).toBe(ms);
      }),
    );
  });
});
