import * as fc from 'fast-check';
import { load } from 'js-yaml';
import { describe, expect, it } from 'vitest';
import { readDocument, writeDocument } from '../../../src/agents/file-queue/plain-document.ts';
import type { Json, JsonObject } from '../../../src/lib/json.ts';

const text = fc
  .oneof(
    fc.string({ unit: 'binary', maxLength: 12 }),
    fc.constantFrom(
      'scan',
      'null',
      'Yes',
      '~',
      '1e3',
      '0x1f',
      '- a',
      'a: b',
      '#',
      '',
      ' ',
      '\n',
      'a b',
      '⧗-25.61',
      '<<',
      '.inf',
      '-.inf',
      '.nan',
      '1_000',
      '0o17',
      '0b1',
      '12e03',
      '60s',
      '$ref',
      '1.2.3',
      '...',
      '/',
      '"',
      '\\',
      'a-b/c.d',
      '\u0085',
      '\ufeff',
      '2026-11-24',
    ),
  )
  // A file that names it anywhere is left to the reader of YAML, which has rules of its own for it.
  .filter((word) => !word.includes('__proto__'));
const { value } = fc.letrec<{ value: Json }>((tie) => ({
  value: fc.oneof(
    { depthSize: 'small' },
    text,
    fc.integer(),
    fc
      .double({ noNaN: true, noDefaultInfinity: true })
      .map((number) => (number === 0 ? 0 : number)),
    fc.boolean(),
    fc.constant(null),
    fc.array(tie('value'), { maxLength: 4 }),
    fc.dictionary(text, tie('value'), { maxKeys: 4, noNullPrototype: true }),
  ),
}));
const document = fc.dictionary(
  text,
  fc.oneof(value, fc.dictionary(text, value, { maxKeys: 4, noNullPrototype: true })),
  { minKeys: 1, maxKeys: 4, noNullPrototype: true },
) as fc.Arbitrary<JsonObject>;

describe('the plainest YAML', () => {
  it('is read back as it was written, here and by any reader of YAML', () => {
    fc.assert(
      fc.property(document, (written) => {
        const file = writeDocument(written);
        expect(readDocument(file)).toEqual(written);
        expect(load(file)).toEqual(written);
      }),
    );
  });

  it('is left to the reader of YAML when anything is different', () => {
    const lines = fc.constantFrom(
      'header:',
      '  a: b',
      '  a: [1]',
      'a: null',
      'a: {"b":1}',
      '  "c d": "e"',
      '    deep: 1',
      '- a',
      'b: yes',
      '  b: 0x1',
      '',
      '# c',
      'header: ',
      '"h":',
      '  d: 12345678901234567890',
      'c: "\\x41"',
      "d: 'e'",
      'e: f # g',
      '  a:',
    );
    fc.assert(
      fc.property(
        fc.array(lines, { maxLength: 6 }),
        fc.constantFrom('\n', '', '\n\n'),
        (all, end) => {
          const file = all.join('\n') + end;
          const read = readDocument(file);
          if (read === null) return;
          // The numbers that a double would change are the one difference, and meant.
          expect(
            JSON.stringify(read).replace('"12345678901234567890"', '12345678901234567000'),
          ).toBe(JSON.stringify(load(file)));
        },
      ),
      { numRuns: 2_000 },
    );
  });

  it('never takes a part of a file for the whole', () => {
    fc.assert(
      fc.property(document, fc.nat(), (written, seed) => {
        const file = writeDocument(written);
        const part = readDocument(file.slice(0, seed % file.length));
        if (part !== null) expect(part).toEqual(load(file.slice(0, seed % file.length)));
      }),
    );
  });

  it('looks as people expect it to', () => {
    const written = {
      header: { task_id: 'scan', task_name: 'Scan files', attempt: 1, lease: null },
      payload: { folder: '0UT.3OX', scan_options: { recursive: true } },
    };
    expect(writeDocument(written)).toBe(
      [
        'header:',
        '  task_id: scan',
        '  task_name: "Scan files"',
        '  attempt: 1',
        '  lease: null',
        'payload:',
        '  folder: 0UT.3OX',
        '  scan_options: {"recursive":true}',
        '',
      ].join('\n'),
    );
  });
});
