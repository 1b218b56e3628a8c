/** One bad file per rule; the mark ‸ stands where the problem must be reported. */
import { describe, expect, test } from 'vitest';
import { definitionCodes } from '../../src/definition/codes.ts';
import { badFiles } from './bad-files.ts';
import { loadText, placesOf, unmark } from './marked.ts';

describe('every rule reports its code at its place', () => {
  test.each(badFiles.map(({ name, ...rest }) => [name, rest] as const))(
    '%s',
    (_, { codes, file }) => {
      const { text, places } = unmark(file);
      expect(placesOf(loadText(text))).toEqual(
        places.map((place, index) => `${place} ${codes[index]}`),
      );
    },
  );

  test('only errors keep a definition from being run', () => {
    for (const { file } of badFiles) {
      const { definition, problems } = loadText(unmark(file).text);
      const failed = problems.some(({ severity }) => severity === 'error');
      expect(definition === null).toBe(failed);
    }
  });

  test('every code of the table has a file', () => {
    const elsewhere = ['DEF001', 'DEF002', 'DEF206', 'DEF520', 'DEF521'];
    const covered = new Set([...badFiles.flatMap(({ codes }) => codes), ...elsewhere]);
    expect(Object.keys(definitionCodes).filter((code) => !covered.has(code))).toEqual([]);
  });
});
