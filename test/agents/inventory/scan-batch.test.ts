import { truncate, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { AgentFailure } from '../../../src/agents/agent.ts';
import { finishBatch } from '../../../src/agents/inventory/finish-batch.ts';
import { versionAt } from '../../../src/agents/inventory/file-version.ts';
import { hashFile } from '../../../src/agents/inventory/hash-file.ts';
import type { HashFile } from '../../../src/agents/inventory/hash-file.ts';
import { scanBatches } from '../../../src/agents/inventory/scan-batch.ts';
import type { BatchSize, ScanJob } from '../../../src/agents/inventory/scan-batch.ts';
import { packBatch, unpackBatch } from '../../../src/agents/inventory/scan-messages.ts';
import { scanOptionsSchema } from '../../../src/agents/inventory/scan-options.ts';
import { addFiles, createTempStation } from '../../support/agent-context.ts';

let root: string;
let remove: () => Promise<void>;

beforeEach(async () => {
  ({ root, remove } = await createTempStation({ 'a.txt': 'a', 'b.txt': 'b' }));
});
afterEach(() => remove());

const found = () => ({
  files: ['a.txt', 'b.txt'].map((path) => ({ path, absolute: join(root, path) })),
  known: null,
  folders: ['c'],
  skipped: [],
});

const jobWith = (options: object = {}, clockOffset = 10_000): ScanJob => ({
  folder: root,
  isStation: false,
  options: scanOptionsSchema.parse({ incremental: true, ...options }),
  links: null,
  stateLog: null,
  clockOffset,
});

const run = async (hash: HashFile, options: object = {}, clockOffset = 10_000) => {
  const { list, states, ...rest } = finishBatch(found(), jobWith(options, clockOffset), hash);
  const text = (bytes: Uint8Array) => new TextDecoder().decode(bytes);
  const paths = text(list)
    .split('\n')
    .slice(0, -1)
    .map((line): unknown => JSON.parse(line).path);
  return { paths, states: text(states), ...rest };
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

  it('reads a file again that is not what was seen before', async () => {
    const file = join(root, 'a.txt');
    const before = versionAt(file);
    await writeFile(file, 'longer');
    expect(hashFile(file, before).version.size).toBe(6n);
  });

  it('takes over what the log says of the same version, and reads what has another', async () => {
    const first = await run(hashFile);
    const known = first.states.split('\n').map((line) => (line === '' ? '' : `${line}\n`));
    await writeFile(join(root, 'b.txt'), 'changed');
    const read: string[] = [];
    const second = finishBatch({ ...found(), known }, jobWith(), (absolute, version) => {
      read.push(absolute);
      return hashFile(absolute, version);
    });
    expect(read).toEqual([join(root, 'b.txt')]);
    expect([second.files, second.unchanged]).toEqual([2, 1]);
  });

  it('comes through the message to a thread as it was', () => {
    const batch = found();
    const odd = {
      ...batch,
      files: batch.files.map((file) => ({ ...file, absolute: '/else/where' })),
    };
    const nothing = { files: [], known: null, folders: [], skipped: [] };
    const one = { ...batch, files: batch.files.slice(0, 1), known: [''] };
    const links = { targets: new Map(), closed: new Set<string>() };
    for (const given of [batch, odd, nothing, one, { ...batch, known: ['x\n', ''] }]) {
      const job = { ...jobWith(), links: given === odd ? links : null };
      expect(unpackBatch(structuredClone(packBatch(given, job)), job)).toEqual(given);
    }
  });
});

describe('portions', () => {
  const portions = (most: BatchSize, options: object = {}) =>
    [...scanBatches(jobWith(options), most)].map(({ files }) => files.map(({ path }) => path));

  it('are full when so much is to be read, as far as those that were asked tell', async () => {
    await truncate(join(root, 'a.txt'), 2_000_000);
    const most = { entries: 10, bytes: 1_000_000 };
    expect(portions({ ...most, asked: 1 })).toEqual([['a.txt'], ['b.txt']]);
    await truncate(join(root, 'a.txt'), 600_000);
    expect(portions({ ...most, asked: 1 })).toEqual([['a.txt', 'b.txt']]);
    // The second one is taken to be like the first.
    await addFiles(root, { 'c.txt': 'c' });
    expect(portions({ ...most, asked: 3 })).toEqual([['a.txt', 'b.txt'], ['c.txt']]);
    expect(portions({ ...most, asked: 3 }, { calculate_checksums: false })).toHaveLength(1);
  });
});
