import { createHash } from 'node:crypto';
import { chmod, symlink, utimes } from 'node:fs/promises';
import { createServer } from 'node:net';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { fileScannerAgent } from '../../../src/agents/inventory/file-scanner.ts';
import { addFiles, createFakeContext, createTempStation } from '../../support/agent-context.ts';
import type { FakeContextOptions } from '../../support/agent-context.ts';
import { scanOutput } from './outputs.ts';

let root: string;
let remove: () => Promise<void>;

beforeEach(async () => {
  ({ root, remove } = await createTempStation());
});
afterEach(() => remove());

const scan = async (
  scan_options: Readonly<Record<string, boolean | string | string[]>> = {},
  options: Partial<FakeContextOptions> & { folder?: string } = {},
) => {
  const context = createFakeContext({ root, ...options });
  const folder = options.folder ?? '0UT.3OX';
  return {
    ...scanOutput.parse(await fileScannerAgent.handle({ folder, scan_options }, context)),
    context,
  };
};

const pathsOf = (output: { file_list: readonly { path: string }[] }) =>
  output.file_list.map((file) => file.path);

describe('FILE_SCANNER_AGENT', () => {
  it('lists files with size, time and checksum, sorted by bytes, relative to the folder', async () => {
    await addFiles(root, {
      '0UT.3OX/b.txt': 'bb',
      '0UT.3OX/a/z.txt': 'zzz',
      '0UT.3OX/B.txt': '',
      '0UT.3OX/a [1].txt': 'x',
      '0UT.3OX/日本 😀.txt': 'y',
      '0UT.3OX/empty/': '',
    });
    await utimes(join(root, '0UT.3OX', 'b.txt'), 0, Date.UTC(2025, 9, 7) / 1000);
    const output = await scan();
    expect(pathsOf(output)).toEqual(['B.txt', 'a [1].txt', 'a/z.txt', 'b.txt', '日本 😀.txt']);
    expect(output.file_list[3]).toEqual({
      path: 'b.txt',
      name: 'b.txt',
      size: 2,
      modified: '2025-10-07T00:00:00.000Z',
      sha256: createHash('sha256').update('bb').digest('hex'),
    });
    expect(output).toMatchObject({
      folder: '0UT.3OX',
      folder_list: ['a', 'empty'],
      skipped: [],
      total_files: 5,
      total_size: 7,
      scan_timestamp: '2025-10-07T14:20:00.000Z',
      scan_duration: 0,
      unchanged_files: 0,
    });
  });

  it('gives an empty list for an empty folder', async () => {
    await addFiles(root, { '0UT.3OX/': '' });
    expect(await scan()).toMatchObject({ file_list: [], total_files: 0, total_size: 0 });
  });

  it("leaves out hidden files, exclusions and a validation's own outputs unless asked", async () => {
    await addFiles(root, {
      '0UT.3OX/a.md': 'a',
      '0UT.3OX/.git/config': 'h',
      '0UT.3OX/VALIDATION.RECEIPT.yaml': 'r',
      '0UT.3OX/FILE.MANIFEST.txt': 'm',
      '0UT.3OX/sub/FILE.MANIFEST.txt': 'm',
      '0UT.3OX/node_modules/x/y.js': 'y',
    });
    const exclude = ['node_modules'];
    expect(pathsOf(await scan({ exclude }))).toEqual(['a.md', 'sub/FILE.MANIFEST.txt']);
    expect(pathsOf(await scan({ exclude: ['sub/**', '*.js'], include_hidden: true }))).toEqual([
      '.git/config',
      'a.md',
    ]);
    expect(pathsOf(await scan({ include_outputs: true, exclude: ['**/*'] }))).toEqual([]);
    expect(pathsOf(await scan({ include_outputs: true, recursive: false }))).toEqual([
      'FILE.MANIFEST.txt',
      'VALIDATION.RECEIPT.yaml',
      'a.md',
    ]);
  });

  it("never lists the station's own workspace", async () => {
    await addFiles(root, { 'a.md': 'a', '.3ox/journal/0001.log': 'x', '.env': 'e' });
    const output = await scan({ include_hidden: true }, { folder: '.' });
    expect(output.folder).toBe('.');
    expect(pathsOf(output)).toEqual(['.env', 'a.md']);
  });

  it('leaves checksums out when asked', async () => {
    await addFiles(root, { '0UT.3OX/a.md': 'a' });
    const output = await scan({ calculate_checksums: false, incremental: true });
    expect(output.file_list[0]?.sha256).toBeNull();
    expect(output.unchanged_files).toBe(0);
  });

  it('reports progress and stops when told to', async () => {
    await addFiles(root, { '0UT.3OX/a.md': 'a' });
    let time = 0;
    const { context } = await scan({}, { now: () => (time += 1000) });
    expect(context.said.at(-1)).toBe('100 1 files in 0UT.3OX');
    expect(context.said.length).toBeGreaterThan(1);
    await expect(scan({}, { signal: AbortSignal.abort() })).rejects.toMatchObject({
      type: 'TimeoutError',
      retryable: true,
    });
  });

  it.each([
    [{}, 'payload.folder'],
    [{ folder: 7 }, 'payload.folder: Invalid input: expected string'],
    [{ folder: 'x', scan_options: { recursive: 'yes' } }, 'payload.scan_options.recursive'],
    [{ folder: 'x', scan_options: { verify: 'half' } }, '"changed"|"full"'],
  ])('refuses the payload %j, naming %s', async (payload, message) => {
    await expect(fileScannerAgent.handle(payload, createFakeContext({ root }))).rejects.toThrow(
      expect.objectContaining({
        type: 'AgentError',
        retryable: false,
        message: expect.stringContaining(message),
      }),
    );
  });

  it.each([
    ['../x', 'InvalidPathError'],
    ['nowhere', 'FileSystemError'],
    ['file.txt', 'FileSystemError'],
  ])('refuses the folder %s with %s', async (folder, type) => {
    await addFiles(root, { 'file.txt': '' });
    await expect(scan({}, { folder })).rejects.toMatchObject({ type, retryable: false });
  });
});

describe('links and odd entries', () => {
  beforeEach(() => addFiles(root, { '0UT.3OX/a/x.txt': 'x', '1N.3OX/y.txt': 'y' }));

  it('reports links instead of following them', async () => {
    await symlink('a', join(root, '0UT.3OX', 'link'));
    const output = await scan();
    expect(pathsOf(output)).toEqual(['a/x.txt']);
    expect(output.skipped).toEqual([
      { path: 'link', reason: 'symbolic link; follow_symlinks is off' },
    ]);
  });

  it('follows links inside the station, each folder once, and ends with loops', async () => {
    const out = join(root, '0UT.3OX');
    await symlink('..', join(out, 'a', 'up'));
    await symlink('../1N.3OX', join(out, 'in'));
    await symlink('../1N.3OX', join(out, 'in-again'));
    await symlink('../1N.3OX/y.txt', join(out, 'one-file'));
    await symlink('self', join(out, 'self'));
    await symlink('/etc', join(out, 'etc'));
    await symlink('..', join(out, 'station'));
    await symlink('gone', join(out, 'dangling'));
    const output = await scan({ follow_symlinks: true });
    expect(pathsOf(output)).toEqual(['a/x.txt', 'in/y.txt', 'one-file']);
    expect(output.skipped.map((entry) => entry.path)).toEqual([
      'a/up',
      'dangling',
      'etc',
      'in-again',
      'self',
      'station',
    ]);
  });

  it('follows no link to what the definition may not read', async () => {
    await symlink('../1N.3OX', join(root, '0UT.3OX', 'in'));
    const output = await scan({ follow_symlinks: true }, { readAccess: ['0UT.3OX'] });
    expect(pathsOf(output)).toEqual(['a/x.txt']);
    expect(output.skipped[0]?.reason).toContain('not covered');
  });

  it('skips what is not a file, without opening it', async () => {
    if (process.platform === 'win32') return; // sockets are no files there
    const server = createServer();
    await new Promise<void>((resolve) => server.listen(join(root, '0UT.3OX', 'socket'), resolve));
    try {
      expect((await scan()).skipped).toEqual([{ path: 'socket', reason: 'not a regular file' }]);
    } finally {
      server.close();
    }
  });

  it('names a file it may not read, or skips it when asked', async () => {
    const file = join(root, '0UT.3OX', 'a', 'x.txt');
    await chmod(file, 0o000);
    // An administrator reads everything; hash-found.test.ts shows the same with a refusing reader.
    if (process.platform === 'win32' || process.getuid?.() === 0) return;
    await expect(scan()).rejects.toMatchObject({ type: 'PermissionError', retryable: false });
    expect((await scan({ skip_unreadable: true })).skipped[0]?.path).toBe('a/x.txt');
  });
});
