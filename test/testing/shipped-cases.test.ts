/** Every definition that ships has cases, all of them hold, and together they take every branch. */
import { existsSync, readFileSync, readdirSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { createCatalog } from '../../src/definition/catalog.ts';
import { testFile } from '../../src/testing/run-file.ts';

const FOLDERS = ['workflows', 'examples/station/.3ox.index/CORE/WORKFLOWS'];
const catalog = createCatalog({ root: '.', folders: FOLDERS });

const definitions = FOLDERS.flatMap((folder) =>
  readdirSync(folder)
    .filter((name) => name.endsWith('.workflow.yaml'))
    .map((name) => join(folder, name)),
);

test('there are definitions to test', () => {
  expect(definitions.length).toBeGreaterThan(1);
});

test.each(definitions)('%s is tested, branch by branch', async (definition) => {
  const file = definition.replace(/\.workflow\.yaml$/u, '.test.yaml');
  expect(existsSync(file), `${file} is missing`).toBe(true);
  const tested = await testFile(readFileSync(file, 'utf8'), file, catalog);
  if (tested.type === 'wrong') throw new Error(tested.problems.join('\n'));
  const { cases, branches } = tested.report;
  expect(cases.flatMap(({ name, problems }) => problems.map((one) => `${name}: ${one}`))).toEqual(
    [],
  );
  expect(branches.missed).toEqual([]);
  expect(cases.length).toBeGreaterThan(1);
});
