import * as fc from 'fast-check';
import type { CommandLine } from '../../grammar/command/model.ts';
import { parseCommandLine } from '../../grammar/command/parse.ts';
import type { Diagnostic } from '../../grammar/diagnostic.ts';
import type { Json } from '../../grammar/json.ts';
import type { Scope } from '../../grammar/scope.ts';

export const prefixes = ['@workflow', '<@123>', '<@!123>', '<@&456>'];

/** How many inputs each property tries; raise FUZZ_RUNS for a longer hunt. */
export const fuzzRuns = Number(process.env['FUZZ_RUNS'] ?? '300');

/** The command line of a text that must be a command. */
export const command = (text: string): CommandLine => {
  const result = parseCommandLine(text, { prefixes });
  if (result.kind !== 'command') throw new Error(`${text}: ${JSON.stringify(result)}`);
  return result.line;
};

/** The mistakes of a text, as `code:what the span covers`. */
export const mistakes = (text: string): readonly string[] =>
  problemsOf(text).map((problem) => `${problem.code}:${covered(text, problem)}`);

export const problemsOf = (text: string): readonly Diagnostic[] => {
  const result = parseCommandLine(text, { prefixes });
  return result.kind === 'mistake' ? result.problems : [];
};

export const covered = (text: string, { span }: Diagnostic): string =>
  text.slice(span.start, span.end);

/** The same tree without its offsets and sources. */
export const withoutSpans = (value: unknown): unknown => {
  if (Array.isArray(value)) return value.map(withoutSpans);
  if (typeof value !== 'object' || value === null) return value;
  const kept = Object.entries(value).filter(([key, inner]) => !isPlace(key, inner));
  return Object.fromEntries(kept.map(([key, inner]) => [key, withoutSpans(inner)]));
};

const isPlace = (key: string, inner: unknown): boolean =>
  /^(?:span|.*Span|source)$/.test(key) &&
  (key === 'source' || (typeof inner === 'object' && inner !== null && 'start' in inner));

/** A scope over plain data. */
export const scopeOf = (data: { readonly [root: string]: Json }): Scope => ({
  lookup(root) {
    const value = Object.hasOwn(data, root) ? data[root] : undefined;
    return value === undefined ? { found: false } : { found: true, value };
  },
});

/** Texts made of the pieces a grammar cares about, so that they often come close to being right. */
export const textOf = (pieces: readonly string[]): fc.Arbitrary<string> =>
  fc
    .array(
      fc.oneof(
        { weight: 6, arbitrary: fc.constantFrom(...pieces) },
        { weight: 1, arbitrary: fc.string({ unit: 'binary', maxLength: 4 }) },
      ),
      { maxLength: 40 },
    )
    .map((chosen) => chosen.join(''));

export const commandPieces = [
  '@workflow ',
  'run ',
  ' ',
  '\n',
  '\u00a0',
  '\u200b',
  'key=',
  'k:=',
  'k+=',
  '--flag ',
  '—dash ',
  '--opt value ',
  '"',
  '“',
  '”',
  "'",
  '’',
  '`',
  '```',
  '```yaml\n',
  '[',
  ']',
  '{',
  '}',
  ',',
  ':',
  '\\',
  '\\"',
  '@file',
  '<@123>',
  '<@!7>',
  '<@&8>',
  '<#9>',
  'a',
  'don’t',
  '1',
  'true',
  '=',
  'ü',
  '😀',
];

export const templatePieces = [
  '${',
  '}',
  '$',
  '$$',
  '{',
  'a',
  '.b',
  '[0]',
  '["c d"]',
  ' ?? ',
  'null',
  'true',
  '"x"',
  '12',
  '-1',
  '"',
  "'",
  '\\',
  ' ',
  'text ',
  'a-b',
  '.',
  '[',
  ']',
  'é',
  '😀',
  '1e5',
  '\n',
];

export const conditionPieces = [
  'a',
  'b.c',
  '${a.b}',
  '${a ?? 1}',
  ' == ',
  ' != ',
  ' < ',
  ' <= ',
  ' > ',
  ' >= ',
  ' and ',
  ' or ',
  ' not ',
  ' in ',
  ' contains ',
  ' matches ',
  '(',
  ')',
  '[',
  ']',
  ', ',
  '5',
  '1.5',
  '5m',
  '1h30m',
  '"x"',
  "'y'",
  '"^a+$"',
  'true',
  'null',
  ' ',
  '=',
  '&&',
  '${',
  '}',
  '"',
  '\\',
  'é',
];
