import {
  mkdir,
  mkdtemp,
  readFile,
  readdir,
  rm,
  stat,
  symlink,
  utimes,
  writeFile,
} from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { fileMoverAgent } from '../../../src/agents/inventory/file-mover.ts';
import type { JsonObject } from '../../../src/lib/json.ts';
import { createFakeContext } from '../../support/agent-context.ts';

let root: string;

beforeEach(async () => {
  root = await mkdtemp(join(tmpdir(), 'mover-'));
  await put('IN/a.txt', 'one');
  await put('IN/deep/b [1].txt', 'two');
  await put('IN/skip.tmp', 'no');
  await mkdir(join(root, 'OUT'));
});
afterEach(() => rm(root, { recursive: true, force: true }));

const put = async (path: string, text: string): Promise<void> => {
  const absolute = join(root, ...path.split('/'));
  await mkdir(dirname(absolute), { recursive: true });
  await writeFile(absolute, text);
};

const run = (payload: JsonObject) =>
  fileMoverAgent.handle({ exclude: ['*.tmp'], ...payload }, createFakeContext({ root }));

const tree = async (folder: string): Promise<readonly string[]> =>
  (await readdir(join(root, folder), { recursive: true, withFileTypes: true }))
    .filter((entry) => entry.isFile())
    .map((entry) => join(entry.parentPath, entry.name).slice(join(root, folder).length + 1))
    .sort();

describe('copy', () => {
  test('files are there whole, with their time; the source stays', async () => {
    const old = new Date('2020-01-02T03:04:05Z');
    await utimes(join(root, 'IN/a.txt'), old, old);
    const output = await run({ mode: 'copy', from: 'IN', to: 'OUT' });
    expect(output).toMatchObject({ total_files: 2, total_size: 6 });
    expect(await tree('OUT')).toEqual(['a.txt', join('deep', 'b [1].txt')]);
    expect((await stat(join(root, 'OUT/a.txt'))).mtime).toEqual(old);
    expect(await tree('IN')).toHaveLength(3);
  });

  test('done again it changes nothing and says the same', async () => {
    const first = await run({ mode: 'copy', from: 'IN', to: 'OUT' });
    expect(await run({ mode: 'copy', from: 'IN', to: 'OUT' })).toEqual(first);
  });

  test('other content at the target stops it before anything is changed', async () => {
    await put('OUT/deep/b [1].txt', 'older');
    await expect(run({ mode: 'move', from: 'IN', to: 'OUT' })).rejects.toMatchObject({
      type: 'FileSystemError',
      retryable: false,
      message: expect.stringContaining('deep/b [1].txt; nothing was changed'),
    });
    expect(await tree('OUT')).toEqual([join('deep', 'b [1].txt')]);
    expect(await tree('IN')).toHaveLength(3);
  });
});

test('move leaves what it was not asked to take, and the folder itself', async () => {
  await run({ mode: 'move', from: 'IN', to: 'OUT' });
  expect(await tree('IN')).toEqual(['skip.tmp']);
  expect(await readdir(join(root, 'IN'))).toEqual(['skip.tmp']);
  expect(await readFile(join(root, 'OUT/a.txt'), 'utf8')).toBe('one');
});

test('only what the patterns mean, and no links', async () => {
  await symlink('/etc/hostname', join(root, 'IN/link.txt'));
  const output = await run({
    mode: 'move',
    from: 'IN',
    to: 'OUT',
    include: ['*.txt'],
    exclude: ['a*'],
  });
  expect(output).toMatchObject({ files: [{ path: 'deep/b [1].txt', size: 3 }] });
});

test('remove takes away what was copied, and keeps what was changed since', async () => {
  const copied = (await run({ mode: 'copy', from: 'IN', to: 'OUT' })) as { files: [] };
  await put('OUT/a.txt', 'changed');
  await put('OUT/own.txt', 'theirs');
  const output = await run({ mode: 'remove', from: 'OUT', files: copied.files });
  expect(output).toMatchObject({ total_files: 1, kept: ['a.txt'] });
  expect(await tree('OUT')).toEqual(['a.txt', 'own.txt']);
  expect(await run({ mode: 'remove', from: 'OUT', files: copied.files })).toMatchObject({
    total_files: 0,
  });
});

test('verify says which files are not the same', async () => {
  await run({ mode: 'copy', from: 'IN', to: 'OUT' });
  expect(await run({ mode: 'verify', from: 'IN', to: 'OUT' })).toMatchObject({ total_files: 2 });
  await put('OUT/a.txt', 'other');
  await expect(run({ mode: 'verify', from: 'IN', to: 'OUT' })).rejects.toMatchObject({
    type: 'VerificationError',
    message: expect.stringContaining('1 of 2 files'),
  });
});

test.each([
  [{ mode: 'copy', from: '../x', to: 'OUT' }, 'InvalidPathError'],
  [{ mode: 'copy', from: 'IN', to: '.3ox/journal' }, 'PermissionError'],
  [{ mode: 'copy', from: 'IN' }, 'AgentError'],
  [{ mode: 'fetch', from: 'IN', to: 'OUT' }, 'AgentError'],
  [{ mode: 'copy', from: 'NOWHERE', to: 'OUT' }, 'FileSystemError'],
])('%j is refused as %s', async (payload, type) => {
  await expect(run(payload)).rejects.toMatchObject({ type });
  expect(await tree('OUT')).toEqual([]);
});
