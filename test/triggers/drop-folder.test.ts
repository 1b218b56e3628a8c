import { mkdir, mkdtemp, readdir, readFile, rm, symlink, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { systemClock } from '../../src/lib/clock.ts';
import { silentLogger } from '../../src/lib/logger.ts';
import { entryOf } from '../../src/testing/memory-catalog.ts';
import { watchDropFolder } from '../../src/triggers/drop-folder.ts';
import type { Repeated } from '../../src/triggers/repeat.ts';
import { until } from '../support/queue-engine.ts';
import { createWorld, type World } from '../support/runtime.ts';

const { definition } = entryOf(`
workflow:
  id: w
  name: W
  version: 1
  input: { required: [{ folder: { type: string } }] }
  tasks: [{ id: a, assigned_to: X }]
`);

let folder: string;
let world: World;
let drops: Repeated;

beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'drop-'));
  world = await createWorld({ definitions: [definition] });
  drops = watchDropFolder({
    engine: world.engine,
    folder,
    // Looks a hundred times a second, so that the test need not wait.
    clock: { now: () => systemClock.now(), after: (_delay, work) => systemClock.after(10, work) },
    logger: silentLogger,
    maxBytes: 1000,
  });
});
afterEach(async () => {
  await drops.stop();
  await rm(folder, { recursive: true, force: true });
});

const drop = (name: string, text: string): Promise<void> => writeFile(join(folder, name), text);

const filesIn = async (name: string): Promise<readonly string[]> =>
  (await readdir(join(folder, name)).catch((): string[] => [])).sort();

const note = async (where: string, count: number): Promise<string> => {
  const files = await until(`${count} files in ${where}`, async () => {
    const found = await filesIn(where);
    return found.length === count * 2 ? found : null;
  });
  const name = files.filter((file) => file.endsWith('.note.txt')).at(-1) ?? '';
  return readFile(join(folder, where, name), 'utf8');
};

test('a file starts a run and is moved on with what became of it', async () => {
  await drop('order.yaml', 'workflow: w\ninput: { folder: A }\n');
  const text = await note('started', 1);
  const [run] = await world.engine.list({});
  expect(run).toMatchObject({ workflow: 'w', started_by: 'drop folder' });
  expect(text).toContain(run?.run);
  expect((await readdir(folder)).filter((name) => name.startsWith('order'))).toEqual([]);
});

test('the same file again is a new start; the same key is not', async () => {
  await drop('order.yaml', 'workflow: w\ninput: { folder: A }\n');
  await note('started', 1);
  await drop('order.yaml', 'workflow: w\ninput: { folder: A }\n');
  await note('started', 2);
  expect(await world.engine.list({})).toHaveLength(2);
  for (const name of ['a.json', 'b.json']) {
    await drop(name, '{"workflow": "w", "input": {"folder": "A"}, "key": "one"}');
  }
  await note('started', 4);
  expect(await world.engine.list({})).toHaveLength(3);
});

test.each([
  ['no order at all', 'hello', 'write workflow: <id>'],
  ['broken YAML', 'workflow: [', 'write workflow: <id>'],
  ['an unknown key', 'workflow: w\ninputs: {}\n', 'inputs'],
  ['an unknown workflow', 'workflow: v\n', 'No workflow is called v'],
  ['a missing input', 'workflow: w\n', 'folder'],
  ['too many bytes', `workflow: w # ${'x'.repeat(2000)}\n`, 'at most 1000'],
])('%s is refused with the reason, and nothing starts', async (_what, text, reason) => {
  await drop('order.yaml', text);
  expect(await note('refused', 1)).toContain(reason);
  expect(await world.engine.list({})).toHaveLength(0);
});

test('links, folders and other files are left alone', async () => {
  await writeFile(join(folder, 'README.md'), 'hello');
  await mkdir(join(folder, 'x.yaml'));
  await symlink('/etc/hostname', join(folder, 'link.yaml'));
  await drop('order.yaml', 'workflow: w\ninput: { folder: A }\n');
  await note('started', 1);
  expect((await readdir(folder)).sort()).toEqual(['README.md', 'link.yaml', 'started', 'x.yaml']);
});
