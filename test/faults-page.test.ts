/** Every fault of the reference page names tests, and the tests are there. */
import { existsSync, readFileSync } from 'node:fs';
import { expect, it } from 'vitest';

const rows = readFileSync('docs/reference/faults.md', 'utf8')
  .split('\n')
  .filter((line) => /^\| (?!fault|-)/u.test(line))
  .map((line) => ({
    fault: line.split('|')[1]?.trim() ?? '',
    tests: [...line.matchAll(/`(test\/[^`]+\.test\.ts)`/gu)].map(([, file = '']) => file),
  }));

it('lists the faults', () => expect(rows.length).toBeGreaterThan(12));

it.each(rows)('$fault: its tests are there', ({ tests }) => {
  expect(tests).not.toEqual([]);
  expect(tests.filter((file) => !existsSync(file))).toEqual([]);
});
