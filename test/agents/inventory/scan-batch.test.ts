import { stat, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { AgentFailure } from '../../../src/agents/agent.ts';
import { hashFile } from '../../../src/agents/inventory/hash-file.ts';
import type { HashFile } from '../../../src/agents/inventory/hash-file.ts';
import { finishBatch } from '../../../src/agents/inventory/scan-batch.ts';
import { packBatch, unpackBatch } from '../../../src/agents/inventory/scan-messages.ts';
import { scanOptionsSchema } from '../../../src/agents/inventory/scan-options.ts';
import { createTempStation } from '../../support/agent-context.ts';

let root: string;
let remove: () => Promise<void>;

beforeEach(async () => {
  ({ root, remove } = await createTempStation({ 'a.txt': 'a', 'b.txt': 'b' }));
});
afterEach(() => remove());

const found = async () => ({
  files: await Promise.all(
    ['a.txt', 'b.txt'].map(async (path) => {
      const { size, mtimeNs, ctimeNs, ino } = await stat(join(root, path), { bigint: true });
      return { path, absolute: join(root, path), version: { size, mtimeNs, ctimeNs, ino } };
    }),
  ),
  sha256: [null, null],
  folders: ['c'],
  skipped: [],
});

const run = async (hash: HashFile, options: object = {}, clockOffset = 10_000) => {
  const job = {
    folder: root,
    isStation: false,
    options: scanOptionsSchema.parse({ incremental: true, ...options }),
    links: null,
    stateLog: null,
    clockOffset,
  };
  const { list, ...rest } = finishBatch(await found(), job, hash);
  const paths = list
    .split('\n')
    .slice(0, -1)
    .map((line): unknown => JSON.parse(line).path);
  return { paths, ...rest };
};

const failing =
  (error: Error): HashFile =>
  (absolute, version) => {
    if (absolute.endsWith('a.txt')) throw error;
    return hashFile(absolute, version);
  };

const systemError = (code: string): Error => Object.assign(new Error(code), { code });

describe('reading what was found', () => {
  it.each([
    ['EACCES', 'PermissionError', false],
    ['EIO', 'FileSystemError', true],
    ['EMFILE', 'FileSystemError', true],
  ])('%s is a %s that names the file', async (code, type, retryable) => {
    await expect(run(failing(systemError(code)))).rejects.toMatchObject({
      type,
      retryable,
      message: expect.stringContaining('"a.txt"'),
    });
    const { paths, skipped } = await run(failing(systemError(code)), { skip_unreadable: true });
    expect(paths).toEqual(['b.txt']);
    expect(skipped.map((entry) => entry.path)).toEqual(['a.txt']);
  });

  it('forgets a file that has vanished since it was found', async () => {
    const { paths, skipped } = await run(failing(systemError('ENOENT')));
    expect(paths).toEqual(['b.txt']);
    expect(skipped).toEqual([]);
  });

  it('does not take being stopped for an unreadable file', async () => {
    const stopped = new AgentFailure('TimeoutError', 'stopped');
    await expect(run(failing(stopped), { skip_unreadable: true })).rejects.toBe(stopped);
  });

  it('keeps nothing for the next scan of files changed a moment ago', async () => {
    await writeFile(join(root, 'a.txt'), 'new');
    await writeFile(join(root, 'b.txt'), 'new');
    const early = await run(hashFile, {}, -1);
    expect([early.files, early.lasting, early.states]).toEqual([2, 0, '']);
  });

  it('reads a file again that is not what the walk saw', async () => {
    const [file] = (await found()).files;
    if (file === undefined) throw new Error('no file');
    await writeFile(file.absolute, 'longer');
    expect(hashFile(file.absolute, file.version).version.size).toBe(6n);
  });

  it('comes through the message to a thread as it was', async () => {
    const batch = await found();
    const odd = {
      ...batch,
      files: batch.files.map((file) => ({ ...file, absolute: '/else/where' })),
    };
    const large = (version: { size: bigint }) => ({ ...version, ino: 2n ** 64n - 1n });
    const inodes = {
      ...batch,
      files: batch.files.map((file) => ({
        ...file,
        version: { ...file.version, ...large(file.version) },
      })),
    };
    const nothing = { files: [], sha256: [], folders: [], skipped: [] };
    for (const one of [batch, odd, inodes, nothing, { ...batch, sha256: ['x', null] }]) {
      expect(unpackBatch(structuredClone(packBatch(one, root)), root)).toEqual(one);
    }
  });
});
