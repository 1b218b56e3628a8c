/** Texts that are right by construction, in every spelling the languages allow. */
import * as fc from 'fast-check';

const space = fc.constantFrom(' ', ' ', '  ', '\n', '\u00a0', '\u2009');
const joined = (parts: fc.Arbitrary<string>, separator: string, max: number) =>
  fc.array(parts, { minLength: 1, maxLength: max }).map((all) => all.join(separator));

const inner = fc.string({
  unit: fc.constantFrom(
    'a',
    'é',
    '😀',
    ' ',
    '\\\\',
    "'",
    '’',
    '\n',
    '$',
    ' {',
    '}',
    '[',
    ']',
    ',',
    ':',
    '=',
    '\\"',
    '\\n',
  ),
  maxLength: 8,
});
const doubleQuoted = fc
  .tuple(fc.constantFrom('"', '“', '„', '«'), inner, fc.constantFrom('"', '”', '“', '»'))
  .map((parts) => parts.join(''));
const tickQuoted = fc
  .string({ unit: fc.constantFrom('a', '\\', '"', ' ', '}'), maxLength: 5 })
  .map((text) => `\`${text}\``);
const quoted = fc.oneof(doubleQuoted, tickQuoted, fc.constantFrom("'don't'", '‘x y’', "''"));

const name = fc.constantFrom('a', 'scan', 'task-1', 'x_y', 'größe', '3ox', 'a1');
const step = fc.oneof(
  name.map((text) => `.${text}`),
  fc.constantFrom('.0', '[0]', '[12]', '["c d"]', '[“in”]', '["a.b"]', '.in', '.null'),
);
const steps = fc.array(step, { maxLength: 4 }).map((all) => all.join(''));
const number = fc.oneof(
  fc.integer().map(String),
  fc.double({ noNaN: true, noDefaultInfinity: true }).map(String),
);
const literal = fc.oneof(
  quoted.filter((text) => !text.includes('${')),
  number,
  fc.constantFrom('true', 'false', 'null'),
);
const path = fc
  .tuple(fc.oneof(name, fc.constantFrom('["my.task"]', '["true"]')), steps)
  .map((all) => all.join(''));
const hole = fc
  .tuple(fc.constantFrom('', ' '), joined(fc.oneof(literal, path), ' ?? ', 3))
  .map(([pad, text]) => `\${${pad}${text}${pad}}`);

/** A template. */
export const templateText = fc
  .array(
    fc.oneof(
      hole,
      fc.constantFrom(
        'text ',
        '$',
        '$$',
        '$${x}',
        ' {',
        '}',
        '"',
        '\\',
        'é😀',
        '$$$$',
        '\n',
        '5 $',
        '$$${a}',
      ),
    ),
    { maxLength: 8 },
  )
  .map((all) => all.join(''));

const duration = fc.constantFrom('5m', '1h30m', '250ms', '1.5s', '90m', '2w', '0s');
const conditionTree = fc.letrec<{ any: string; not: string; operand: string; comparison: string }>(
  (tie) => ({
    operand: fc.oneof(
      { maxDepth: 3 },
      literal,
      duration,
      hole,
      fc
        .tuple(name, steps)
        .map(([root, rest]) => (/^(?:3ox)$/.test(root) ? `a${rest}` : root + rest)),
      fc.array(tie('operand'), { maxLength: 3 }).map((items) => `[${items.join(', ')}]`),
      tie('any').map((text) => `(${text})`),
    ),
    comparison: fc.oneof(
      tie('operand'),
      fc
        .tuple(
          tie('operand'),
          fc.constantFrom(
            '==',
            '!=',
            '<',
            '<=',
            '>',
            '>=',
            ' in ',
            ' not in ',
            ' contains ',
            ' not contains ',
          ),
          tie('operand'),
        )
        .map(([left, op, right]) => `${left} ${op} ${right}`),
      tie('operand').map((left) => `${left} matches "^a.*\\d[bc]$"`),
    ),
    not: fc
      .tuple(fc.constantFrom('', '', 'not ', 'not not '), tie('comparison'))
      .map((all) => all.join('')),
    any: fc
      .tuple(joined(tie('not'), ' and ', 3), fc.constantFrom(' and ', ' or '), tie('not'))
      .map((all) => all.join('')),
  }),
);

/** A condition. */
export const conditionText: fc.Arbitrary<string> = conditionTree.any;

const bare = fc.constantFrom(
  'x',
  '0UT.3OX',
  'don’t',
  'C:\\temp\\new',
  '1e3',
  'a=b',
  'é😀',
  '5"',
  '-5',
  'https://x/?a=b',
);
const reference = fc.constantFrom('@file.yaml', '<@12>', '<@!12>', '<@&3>', '<#4>');
const objects = fc.constantFrom(
  '{a: 1}',
  '{"a": "}"}',
  "{a: 'it''s', b: don't}",
  '{“a”: ‘b}’}',
  '{}',
  '{a: {b: [1]}}',
);
const values = fc.letrec<{ value: string; list: string }>((tie) => ({
  list: fc
    .array(
      fc.oneof(
        fc.constantFrom('a', '1e3', 'don’t', 'a=b'),
        tie('value').filter((text) => !/^[^"“„«'‘`[{@<]/.test(text)),
      ),
      { maxLength: 4 },
    )
    .map((items) => `[${items.join(', ')}]`),
  value: fc.oneof({ maxDepth: 3 }, quoted, reference, objects, tie('list')),
}));
const json = fc.json({ maxDepth: 3 });
const key = fc.constantFrom('a', 'target_folder', 'größe', 'x.y', 'a-b', '1st');
let count = 0;
/** Keys are made different, for the same key twice is a mistake. */
const freshKey = key.map((text) => `${text}${(count += 1)}`);
const part = fc.oneof(
  bare.filter((text) => !text.includes('a=b') || text.includes('/')),
  quoted,
  reference,
  fc
    .tuple(freshKey, fc.constantFrom('=', '+='), fc.oneof(bare, values.value))
    .map((all) => all.join('')),
  fc.tuple(freshKey, json).map(([name_, text]) => `${name_}:=${text}`),
  fc
    .tuple(fc.constantFrom('--', '—', '–'), fc.constantFrom('flag', 'a-b', '_x', 'key=v'))
    .map((all) => all.join('')),
);
const block = fc.constantFrom(
  '',
  '',
  '\n```yaml\na: 1\n```',
  ' ```json\n{"a": 1}\n```',
  '\n```a: 1```',
  '\n```\n\n``` ',
);

/** What stands behind the prefix of a command. */
export const commandText = fc
  .tuple(
    fc.array(
      fc.tuple(part, space).map((all) => all.join('')),
      { maxLength: 8 },
    ),
    block,
  )
  .map(([parts, text]) => parts.join('') + text);
