import { describe, expect, it } from 'vitest';
import { parseCommandLine } from '../../grammar/command/parse.ts';
import { parseCondition } from '../../grammar/condition/parse.ts';
import { parseTemplate } from '../../grammar/template/parse.ts';
import { prefixes } from './support.ts';

/**
 * Four times the input must not take far more than four times as long; a quadratic case would take
 * sixteen. Each figure is the best of several tries and small times are not compared, so that a
 * busy machine does not decide the outcome.
 */
const pieces = [
  '"',
  '“”',
  "'",
  '’a',
  '`',
  '``` ',
  '```yaml\n',
  '[',
  '] ',
  '[a',
  'k=[',
  'k={',
  '{',
  '}',
  '{"',
  '{a:"',
  '\\',
  '\\"',
  '"\\',
  'k="\\"',
  'k=',
  'k= ',
  'k=v ',
  '= ',
  'k:=',
  'k:=[ ',
  'k:={"',
  '--',
  '--a ',
  '—',
  '<@',
  '<@1>',
  '<@1> ',
  '@',
  '@workflow\n',
  '\n ',
  ' ',
  '\u00a0',
  'a',
  'a-',
  'a.',
  '1',
  '1.5h',
  '5m',
  ',',
  '${',
  '${a',
  '${a} ',
  '${a ?? ',
  '$',
  '$$',
  '$${',
  '}',
  '${"',
  '${}',
  '(',
  'not ',
  'a and ',
  '[1, ',
  '-1 ',
  '😀',
  'é',
  '\ud83d',
  'hey ',
  'a=1 ',
  '+=',
  '😀=',
  '"a"',
  'x matches "a" and ',
];

const languages = {
  command: (text: string) => parseCommandLine(`@workflow w ${text}`, { prefixes }),
  value: (text: string) => parseCommandLine(`@workflow w k=${text}`, { prefixes }),
  list: (text: string) => parseCommandLine(`@workflow w k=[${text}`, { prefixes }),
  address: (text: string) => parseCommandLine(text, { prefixes }),
  template: (text: string) => parseTemplate(`\${${text}`),
  text: (text: string) => parseTemplate(text),
  condition: (text: string) => parseCondition(text),
};

const SMALL = 4000;
const FLOOR_MS = 8;

describe.each(Object.entries(languages))('%s', (_name, parse) => {
  it.each(pieces)('takes linear time for many %j', (piece) => {
    const time = (length: number, tries: number) => {
      const text = piece.repeat(Math.ceil(length / piece.length));
      let best = Number.POSITIVE_INFINITY;
      for (let run = 0; run < tries; run += 1) {
        const start = performance.now();
        parse(text);
        best = Math.min(best, performance.now() - start);
      }
      return best;
    };
    time(SMALL, 1);
    const large = time(4 * SMALL, 2);
    if (large < FLOOR_MS) return;
    expect(time(4 * SMALL, 6)).toBeLessThan(12 * Math.max(time(SMALL, 6), FLOOR_MS / 4));
  });
});
