import { mkdir, symlink, writeFile } from 'node:fs/promises';
import { join, posix, win32 } from 'node:path';
import * as fc from 'fast-check';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { createStationPaths } from '../../src/agents/paths.ts';
import { stationSegments } from '../../src/agents/station-segments.ts';
import { addFiles, createTempStation } from '../support/agent-context.ts';

const refusal = (type: string): object => ({ name: 'AgentFailure', type, retryable: false });

describe('the text of a path', () => {
  it.each([
    ['0UT.3OX', ['0UT.3OX']],
    ['./0UT.3OX//A\\b/', ['0UT.3OX', 'A', 'b']],
    ['0UT.3OX/../1N.3OX', ['1N.3OX']],
    ['.', []],
    ['/srv/station/0UT.3OX', ['0UT.3OX']],
    ['/srv/station', []],
  ])('%j names %j', (path, segments) => {
    expect(stationSegments(path, '/srv/station', posix)).toEqual(segments);
  });

  it.each([
    '',
    '..',
    '0UT.3OX/../../x',
    '..\\x',
    '/etc/passwd',
    '/srv/station2',
    '\\\\host\\share',
    'C:\\x',
    'c:x',
    'a\0b',
  ])('%j is refused', (path) => {
    expect(() => stationSegments(path, '/srv/station', posix)).toThrow(
      expect.objectContaining(refusal('InvalidPathError')),
    );
  });

  it.each([
    'D:\\x',
    'C:x',
    '\\\\host\\share',
    '//host/share',
    '\\x',
    '\\\\?\\C:\\x',
    'a:stream',
    'NUL',
    'con.txt',
    'dot.',
    'C:\\station2\\x',
    '..\\x',
  ])('%j is refused on Windows', (path) => {
    expect(() => stationSegments(path, 'C:\\station', win32)).toThrow(
      expect.objectContaining(refusal('InvalidPathError')),
    );
  });

  it('reads both separators and absolute paths inside the station on Windows', () => {
    expect(stationSegments('0UT.3OX\\a/b', 'C:\\station', win32)).toEqual(['0UT.3OX', 'a', 'b']);
    expect(stationSegments('c:\\STATION\\a', 'C:\\station', win32)).toEqual(['a']);
  });

  it('never lets a name out of the station, whatever the text', () => {
    const part = fc.constantFrom('..', '.', '', 'a', 'C:', '\\', '/', '...', '\0', '/srv');
    fc.assert(
      fc.property(fc.array(part), fc.constantFrom('/', '\\', ''), (parts, separator) => {
        for (const api of [posix, win32]) {
          const root = api === posix ? '/srv/station' : 'C:\\station';
          try {
            const segments = stationSegments(parts.join(separator), root, api);
            expect(segments).not.toContain('..');
            expect(api.relative(root, api.join(root, ...segments))).not.toMatch(/^\.\.([\\/]|$)/u);
          } catch (error) {
            expect(error).toMatchObject(refusal('InvalidPathError'));
          }
        }
      }),
    );
  });
});

describe('paths of a station', () => {
  let root: string;
  let remove: () => Promise<void>;

  beforeEach(async () => {
    ({ root, remove } = await createTempStation({ '0UT.3OX/a.txt': 'a', '1N.3OX/b.txt': 'b' }));
  });
  afterEach(() => remove());

  const paths = (readAccess: string[] | null = null, writeAccess: string[] | null = null) =>
    createStationPaths({ root, readAccess, writeAccess });

  it('matches folder names without case when the exact name is absent', async () => {
    expect(await paths().read('0ut.3ox/a.txt')).toBe(join(root, '0UT.3OX', 'a.txt'));
    expect(await paths().write('0ut.3ox/new/x')).toBe(join(root, '0UT.3OX', 'new', 'x'));
    expect(paths().relative(join(root, '0UT.3OX', 'a.txt'))).toBe('0UT.3OX/a.txt');
  });

  it('takes the exact name when there are several, and asks when there is none', async () => {
    await addFiles(root, { 'Data/': '', 'DATA/': '' });
    if ((await paths().read('Data')) === (await paths().read('DATA'))) return; // one folder: no case here
    expect(await paths().read('DATA')).toBe(join(root, 'DATA'));
    await expect(paths().read('data/x')).rejects.toThrow(/could be .* or .*exact name/u);
  });

  it('refuses symbolic links that lead out, to nowhere or round in a circle', async () => {
    await symlink('/etc', join(root, '0UT.3OX', 'etc'));
    await symlink(join(root, '..', 'nowhere'), join(root, '0UT.3OX', 'dangling'));
    await symlink('loop', join(root, '0UT.3OX', 'loop'));
    for (const path of [
      '0UT.3OX/etc',
      '0UT.3OX/etc/passwd',
      '0UT.3OX/etc/new/x',
      '0UT.3OX/dangling',
      '0UT.3OX/loop/x',
    ]) {
      await expect(paths().read(path)).rejects.toMatchObject(refusal('InvalidPathError'));
      await expect(paths().write(path)).rejects.toMatchObject(refusal('InvalidPathError'));
    }
  });

  it.each([
    ['READ', ['read'], []],
    ['write_files', ['overwrite', 'create'], ['read']],
    ['overwrite', ['overwrite'], ['read', 'create']],
    ['create', ['create'], ['read', 'overwrite']],
    ['delete', [], ['read', 'overwrite', 'create']],
  ])('forbidden_operations: %s refuses %j and lets %j', async (entry, refused, allowed) => {
    const some = createStationPaths({
      root,
      readAccess: null,
      writeAccess: null,
      forbidden: [entry],
    });
    const tries: Record<string, () => Promise<string>> = {
      read: () => some.read('0UT.3OX/a.txt'),
      overwrite: () => some.write('0UT.3OX/a.txt'),
      create: () => some.write('0UT.3OX/new.txt'),
    };
    for (const name of refused) {
      await expect(tries[name]?.(), name).rejects.toThrow(`forbidden_operations names ${entry}`);
    }
    for (const name of allowed) expect(await tries[name]?.(), name).toContain('0UT.3OX');
  });

  it('checks access lists against the real path', async () => {
    await symlink('../1N.3OX', join(root, '0UT.3OX', 'in'));
    const limited = paths(['0ut.3ox/'], []);
    await expect(limited.read('0UT.3OX/a.txt')).resolves.toContain('a.txt');
    for (const path of ['1N.3OX/b.txt', '0UT.3OX/in/b.txt', '0UT.3OX.2', '.']) {
      await expect(limited.read(path)).rejects.toMatchObject(refusal('PermissionError'));
    }
    await expect(limited.write('0UT.3OX/x')).rejects.toThrow(/write_access \(it lists nothing\)/u);
    await expect(paths(['../']).read('0UT.3OX')).rejects.toMatchObject(refusal('PermissionError'));
    await expect(paths(['.']).read('1N.3OX/b.txt')).resolves.toContain('b.txt');
  });

  it("never lets an agent write the engine's own files", async () => {
    await mkdir(join(root, '.3ox', 'journal'));
    await symlink('../.3ox/journal', join(root, '0UT.3OX', 'j'));
    for (const path of [
      '.3ox/journal/x',
      '.3OX/JOURNAL/x',
      '.3ox',
      '.3ox/agents.yaml',
      '.3ox/task-queue/t.yaml',
      '.3ox/queue/a/b',
      '.3ox/archive/receipts/x.yaml',
      '0UT.3OX/j/x',
      '.3ox.index/POLICY/x',
    ]) {
      await expect(paths(null, ['.']).write(path)).rejects.toMatchObject(
        refusal('PermissionError'),
      );
    }
    await expect(paths().write('.3ox/workflow-data/x.yaml')).resolves.toContain('x.yaml');
  });

  it('gives brackets, spaces and other scripts back as they are', async () => {
    await writeFile(join(root, '0UT.3OX', 'a [1] 日本.txt'), '');
    expect(await paths().read('0UT.3OX/a [1] 日本.txt')).toBe(
      join(root, '0UT.3OX', 'a [1] 日本.txt'),
    );
  });
});
