/**
 * Command parsing beside a parser written by hand for the same language (`baseline/hand-parser.ts`),
 * on the lines that people type; then the time against the length of a message.
 */
import { isDeepStrictEqual } from 'node:util';
import { parseCommandLine } from '../grammar/command/parse.ts';
import { parseByHand } from './baseline/hand-parser.ts';
import { quantileOf, shown, table, type Figure } from './lib/figure.ts';
import { interleaved, ratios } from './lib/rounds.ts';

const PREFIX = '@workflow';
const OPTIONS = { prefixes: [PREFIX, '<@123456789012345678>', '<@!123456789012345678>'] };

/** From a bare verb to a block; the mixture is what the manual shows. */
const LINES: readonly string[] = [
  '@workflow status',
  '@workflow approve Q7F2 note="looks good to me"',
  '@workflow inventory-validation target_folder=0UT.3OX policy_file=.3ox.index/POLICY/INVENTORY.POLICY.md strict_mode=true',
  '@workflow run inventory-validation target_folder="0UT.3OX/Q4 report" required=[INDEX.md, "READ ME.md"] --dry-run',
  '@workflow retry wf-1764000000000-a1b2c3d4e because the “disk” is free again',
  '@workflow run nightly depth=3 options={recursive: true, exclude: ["*.tmp"]} limits:={"files": 100, "bytes": 1e6}',
  '@workflow list --status FAILED --since 2d by=<@123456789012345678>',
  '@workflow run import\n```yaml\ntarget_folder: 0UT.3OX\nrequired: [a, b]\n```',
];

/** Every piece once more makes a message longer by about the same. */
const PIECES: Readonly<Record<string, (index: number) => string>> = {
  'key=value': (index) => ` key${index}=value-${index}`,
  words: (index) => ` word${index}`,
  'quoted text': (index) => ` k${index}="some “text” with \\" in it"`,
  lists: (index) => ` l${index}=[a, b, "c d", [e]]`,
};
const LENGTHS = [100, 1_000, 10_000, 100_000, 1_000_000];

export const run = async (args: readonly string[]): Promise<readonly Figure[]> => {
  const rounds = Number(args[0] ?? 15);
  for (const line of LINES) mustAgree(line);

  const contenders = {
    ours: () => rate(() => LINES.forEach((line) => parseCommandLine(line, OPTIONS))),
    hand: () => rate(() => LINES.forEach((line) => parseByHand(line, PREFIX))),
  };
  const { ours, hand } = await interleaved(rounds, contenders, 3);
  console.log(`ours ${shown(ours)}, by hand ${shown(hand)} lines per ms, ${rounds} rounds`);

  const rows = Object.entries(PIECES).map(([name, piece]) => [
    name,
    ...LENGTHS.map((length) => {
      const text = messageOf(length, piece);
      return ((1_000 * timeOf(() => parseCommandLine(text, OPTIONS))) / text.length).toFixed(3);
    }),
  ]);
  console.log('\nµs per character of a message of about so many characters (no growth: linear)\n');
  console.log(table([['pieces', ...LENGTHS.map(String)], ...rows]));
  return [
    {
      quantity: 'command parsing',
      comparedWith: 'a parser written by hand',
      reach: { atLeast: 0.4 },
      values: ratios(ours, hand),
      unit: 'x',
    },
    {
      quantity: 'parse time per character, 100,000 characters',
      comparedWith: 'the same for 1,000',
      reach: { atMost: 4 },
      values: rows.map((row) => Number(row[4]) / Number(row[2])),
      unit: 'x',
    },
  ];
};

const mustAgree = (line: string): void => {
  const read = parseCommandLine(line, OPTIONS);
  const byHand = parseByHand(line, PREFIX);
  if (read.kind !== 'command' || !isDeepStrictEqual(read.line, byHand)) {
    throw new Error(`The two parsers do not read the same: ${line}`);
  }
};

/** Lines per ms. */
const rate = (work: () => void): number => {
  const times = 2_000;
  const begun = performance.now();
  for (let time = 0; time < times; time += 1) work();
  return (times * LINES.length) / (performance.now() - begun);
};

/** ms; the best of five. */
const timeOf = (work: () => void): number =>
  quantileOf(
    Array.from({ length: 5 }, () => {
      const begun = performance.now();
      work();
      return performance.now() - begun;
    }),
    0,
  );

const messageOf = (length: number, piece: (index: number) => string): string => {
  let text = `${PREFIX} run many`;
  for (let index = 0; text.length < length; index += 1) text += piece(index);
  return text;
};
