import { mkdtemp, readFile, readdir, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { unlinkIfPresent, writeFileAtomic } from '../../src/lib/atomic-file.ts';

let folder: string;
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'atomic-'));
});
afterEach(() => rm(folder, { recursive: true, force: true }));

describe('writeFileAtomic', () => {
  test('creates and replaces, leaving nothing else behind', async () => {
    const path = join(folder, 'a.yaml');
    await writeFileAtomic(path, 'one');
    await writeFileAtomic(path, new TextEncoder().encode('two'), { sync: true });
    expect(await readFile(path, 'utf8')).toBe('two');
    expect(await readdir(folder)).toEqual(['a.yaml']);
  });

  test('a reader sees one whole version or the other', async () => {
    const path = join(folder, 'a');
    const versions = ['x', 'y'].map((letter) => letter.repeat(200_000));
    await writeFileAtomic(path, 'x'.repeat(200_000));
    const writer = (async () => {
      for (let round = 0; round < 40; round += 1) {
        await writeFileAtomic(path, versions[round % 2] ?? '');
      }
    })();
    for (let round = 0; round < 40; round += 1) {
      expect(versions.includes(await readFile(path, 'utf8'))).toBe(true);
    }
    await writer;
  });

  test('a failed write removes its temp file and says why', async () => {
    await writeFile(join(folder, 'file'), '');
    const inside = join(folder, 'file', 'x');
    await expect(writeFileAtomic(inside, 'x', { tempFolder: folder })).rejects.toMatchObject({
      code: 'ENOTDIR',
    });
    expect(await readdir(folder)).toEqual(['file']);
  });
});

test('unlinkIfPresent says whether there was a file', async () => {
  await writeFile(join(folder, 'file'), '');
  expect(await unlinkIfPresent(join(folder, 'file'))).toBe(true);
  expect(await unlinkIfPresent(join(folder, 'file'))).toBe(false);
});
