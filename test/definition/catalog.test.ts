import { mkdir, mkdtemp, rm, utimes, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { createCatalog } from '../../src/definition/catalog.ts';

let root: string;

beforeEach(async () => {
  root = await mkdtemp(join(tmpdir(), 'catalog-'));
  await mkdir(join(root, 'flows'));
  await mkdir(join(root, 'more'));
});
afterEach(() => rm(root, { recursive: true, force: true }));

const flow = (id: string, version = 1, agent = 'A'): string =>
  `workflow: { id: ${id}, name: N, version: ${version}, tasks: [{ id: a, assigned_to: ${agent} }] }\n`;

const put = (file: string, text: string): Promise<void> => writeFile(join(root, file), text);

const open = () =>
  createCatalog({ root, folders: [join(root, 'flows'), join(root, 'more'), join(root, 'absent')] });

const codes = async (catalog: ReturnType<typeof open>): Promise<readonly string[]> =>
  (await catalog.problems()).flatMap(({ problems }) =>
    problems.map(({ file, line, column, code }) => `${file}:${line}:${column} ${code}`),
  );

describe('looking up', () => {
  test('by id without case, the highest version unless one is named', async () => {
    await put('flows/a.workflow.yaml', flow('Main', 2));
    await put('flows/b.workflow.yml', flow('main', 10));
    await put('more/c.workflow.yaml', flow('other'));
    await put('more/notes.yaml', 'not: ours\n');
    const catalog = open();
    expect((await catalog.find('MAIN', null))?.definition.version).toBe(10);
    expect((await catalog.find('main', 2))?.file).toBe('flows/a.workflow.yaml');
    expect(await catalog.find('main', 3)).toBeNull();
    expect(await catalog.find('mian', null)).toBeNull();
    expect(
      (await catalog.list()).map(({ definition }) => [definition.id, definition.version]),
    ).toEqual([
      ['main', 10],
      ['other', 1],
    ]);
  });

  test('a file outside the station is named with its folder', async () => {
    await put('flows/a.workflow.yaml', flow('a'));
    const catalog = createCatalog({ root: join(root, 'more'), folders: [join(root, 'flows')] });
    expect((await catalog.find('a', null))?.file).toBe('flows/a.workflow.yaml');
  });
});

describe('changes', () => {
  test('new, changed and removed files are seen on the next look', async () => {
    const catalog = open();
    expect(await catalog.list()).toEqual([]);
    await put('flows/a.workflow.yaml', flow('a'));
    const before = await catalog.find('a', null);
    expect(before?.definition.version).toBe(1);
    expect(await catalog.find('a', null)).toEqual(before);
    await put('flows/a.workflow.yaml', flow('a', 2, 'LONGER'));
    const after = await catalog.find('a', null);
    expect(after?.definition.version).toBe(2);
    expect(after?.sha256).not.toBe(before?.sha256);
    await rm(join(root, 'flows/a.workflow.yaml'));
    expect(await catalog.find('a', null)).toBeNull();
  });

  test('the same size at another time is a change', async () => {
    const catalog = open();
    await put('flows/a.workflow.yaml', flow('a', 1));
    await catalog.list();
    await put('flows/a.workflow.yaml', flow('a', 2));
    await utimes(join(root, 'flows/a.workflow.yaml'), new Date(5000), new Date(5000));
    expect((await catalog.find('a', null))?.definition.version).toBe(2);
  });
});

describe('problems', () => {
  test('one id and version in two files is an error at both', async () => {
    await put('flows/a.workflow.yaml', flow('Same'));
    await put('more/b.workflow.yaml', flow('same'));
    const catalog = open();
    expect(await codes(catalog)).toEqual([
      'flows/a.workflow.yaml:1:17 DEF206',
      'more/b.workflow.yaml:1:17 DEF206',
    ]);
    expect(await catalog.find('same', null)).toBeNull();
  });

  test('a file with errors is listed with them and cannot be found', async () => {
    await put(
      'flows/a.workflow.yaml',
      'workflow: { id: a, name: A, version: 1, tasks: [{ id: a }] }\n',
    );
    await put('flows/b.workflow.yaml', flow('b'));
    const catalog = open();
    expect(await codes(catalog)).toEqual(['flows/a.workflow.yaml:1:55 DEF403']);
    expect(await catalog.find('a', null)).toBeNull();
    expect((await catalog.problems()).map(({ file }) => file)).toEqual([
      'flows/a.workflow.yaml',
      'flows/b.workflow.yaml',
    ]);
  });

  test('what cannot be read, or is too large, is a problem of the file', async () => {
    await mkdir(join(root, 'flows/a.workflow.yaml'));
    await put('flows/b.workflow.yaml', `#${'x'.repeat(1024 * 1024)}`);
    expect(await codes(open())).toEqual([
      'flows/a.workflow.yaml:1:1 DEF001',
      'flows/b.workflow.yaml:1:1 DEF002',
    ]);
  });

  test('looks at the same time agree', async () => {
    await put('flows/a.workflow.yaml', flow('a'));
    const catalog = open();
    const [one, other] = await Promise.all([catalog.list(), catalog.list()]);
    expect(one).toEqual(other);
    catalog.dispose();
  });
});
