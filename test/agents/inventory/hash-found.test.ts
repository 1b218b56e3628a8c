import { stat, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { AgentFailure } from '../../../src/agents/agent.ts';
import { hashFound } from '../../../src/agents/inventory/hash-found.ts';
import { hashFile } from '../../../src/agents/inventory/hash-file.ts';
import type { HashFile } from '../../../src/agents/inventory/hash-file.ts';
import { createTempStation } from '../../support/agent-context.ts';

let root: string;
let remove: () => Promise<void>;

beforeEach(async () => {
  ({ root, remove } = await createTempStation({ 'a.txt': 'a', 'b.txt': 'b' }));
});
afterEach(() => remove());

const run = async (hash: HashFile, skipUnreadable = false) =>
  hashFound({
    files: await Promise.all(
      ['a.txt', 'b.txt'].map(async (path) => ({
        path,
        absolute: join(root, path),
        stat: await stat(join(root, path), { bigint: true }),
      })),
    ),
    known: new Map(),
    hash,
    skipUnreadable,
    signal: new AbortController().signal,
    now: () => Date.now() + 10_000,
    onFile: () => undefined,
  });

const failing =
  (error: Error): HashFile =>
  (absolute, signal) =>
    absolute.endsWith('a.txt') ? Promise.reject(error) : hashFile(absolute, signal);

const systemError = (code: string): Error => Object.assign(new Error(code), { code });

describe('hashing what was found', () => {
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
    const { hashed, skipped } = await run(failing(systemError(code)), true);
    expect([...hashed.keys()]).toEqual(['b.txt']);
    expect(skipped.map((entry) => entry.path)).toEqual(['a.txt']);
  });

  it('forgets a file that has vanished since it was found', async () => {
    const { hashed, skipped } = await run(failing(systemError('ENOENT')));
    expect([...hashed.keys()]).toEqual(['b.txt']);
    expect(skipped).toEqual([]);
  });

  it('does not take being stopped for an unreadable file', async () => {
    const stopped = new AgentFailure('TimeoutError', 'stopped');
    await expect(run(failing(stopped), true)).rejects.toBe(stopped);
  });

  it('keeps nothing for the next scan of files changed a moment ago', async () => {
    await writeFile(join(root, 'a.txt'), 'new');
    const early = await hashFound({
      files: [
        {
          path: 'a.txt',
          absolute: join(root, 'a.txt'),
          stat: await stat(join(root, 'a.txt'), { bigint: true }),
        },
      ],
      known: new Map(),
      hash: hashFile,
      skipUnreadable: false,
      signal: new AbortController().signal,
      now: () => Math.floor(Date.now()) - 1,
      onFile: () => undefined,
    });
    expect(early.hashed.size).toBe(1);
    expect(early.lasting.size).toBe(0);
  });
});
