/** Whatever the file holds, the loader answers, and every problem lies in the file. */
import { readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import * as fc from 'fast-check';
import { expect, test } from 'vitest';
import { loadText } from './marked.ts';

const good = readFileSync(
  fileURLToPath(new URL('../../workflows/inventory-validation.workflow.yaml', import.meta.url)),
  'utf8',
);

const holds = (text: string): void => {
  const { definition, problems } = loadText(text);
  expect(definition === null).toBe(problems.some(({ severity }) => severity === 'error'));
  const lines = text.split('\n');
  for (const { line, column, endColumn, span } of problems) {
    expect(span.start).toBeGreaterThanOrEqual(0);
    expect(span.end).toBeLessThanOrEqual(text.length);
    expect(line).toBeGreaterThanOrEqual(1);
    expect(line).toBeLessThanOrEqual(lines.length);
    expect(column).toBeLessThanOrEqual((lines[line - 1] ?? '').length + 1);
    expect(endColumn).toBeGreaterThanOrEqual(column);
    expect(endColumn).toBeLessThanOrEqual((lines[line - 1] ?? '').length + 1);
  }
};

test('any text', () => {
  fc.assert(fc.property(fc.string({ unit: 'binary', maxLength: 200 }), holds), { numRuns: 500 });
});

const scraps =
  '- |: |\n|  |[|]|{|}|"|\'|&a |*a|<<: *files|!t |~|${|}|${workflow.input}|null|1e999|0x|id: a|\t|---\n|\u2028|//▙|\r\n';

const scrap = fc.constantFrom(...scraps.split('|'), '|\n');

const edit = fc.record({ at: fc.nat(good.length), drop: fc.nat(30), put: scrap });

test('the good file with pieces torn out and put in', () => {
  fc.assert(
    fc.property(fc.array(edit, { minLength: 1, maxLength: 4 }), (edits) => {
      let text = good;
      for (const { at, drop, put } of edits) text = text.slice(0, at) + put + text.slice(at + drop);
      holds(text);
    }),
    { numRuns: 400 },
  );
});

test('the good file with a line in place of another', () => {
  const lines = good.split('\n');
  const place = fc.nat(lines.length - 1);
  fc.assert(
    fc.property(fc.array(fc.tuple(place, place), { minLength: 1, maxLength: 5 }), (moves) => {
      const changed = [...lines];
      for (const [from, to] of moves) changed[to] = lines[from] ?? '';
      holds(changed.join('\n'));
    }),
    { numRuns: 400 },
  );
});

test('hostile sizes are refused or read, never followed', () => {
  const bomb = ['a: &a [x, x, x, x, x, x, x, x, x, x]'];
  for (let level = 1; level < 9; level += 1) {
    const [name, below] = [String.fromCharCode(97 + level), String.fromCharCode(96 + level)];
    bomb.push(`${name}: &${name} [${Array(10).fill(`*${below}`).join(', ')}]`);
  }
  expect(loadText(bomb.join('\n')).problems.map(({ code }) => code)).toContain('DEF005');
  expect(loadText('['.repeat(10_000)).problems.map(({ code }) => code)).toEqual(['DEF003']);
  expect(loadText(`# ${'x'.repeat(1024 * 1024)}`).problems.map(({ code }) => code)).toEqual([
    'DEF002',
  ]);
  const chain = Array.from(
    { length: 3000 },
    (_, n) => `    - { id: t${n}, assigned_to: A, depends_on: [t${n + 1}] }`,
  );
  const circle = `workflow:\n  id: w\n  tasks:\n${chain.join('\n')}\n    - { id: t3000, assigned_to: A, depends_on: t0 }\n`;
  expect(loadText(circle).problems.filter(({ code }) => code === 'DEF204')).toHaveLength(1);
});
