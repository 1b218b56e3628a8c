/** What the files of every host must do. Run against the machine's own and the ones in memory. */
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { errorCode } from '../../src/lib/error-code.ts';
import type { HostFiles } from '../../src/lib/host/host.ts';
import { writeFully } from '../../src/lib/host/write-fully.ts';

/** Files and an empty folder to use them in. */
export interface FilesUnderTest {
  readonly files: HostFiles;
  readonly folder: string;
  /** Lets watchers and syncs come to it; resolves when `holds`. */
  readonly until: (holds: () => boolean) => Promise<void>;
}

export const hostFilesContract = (kind: string, create: () => FilesUnderTest): void => {
  const bench = (): FilesUnderTest & {
    readonly path: string;
    readonly put: (path: string, text: string) => void;
  } => {
    const under = create();
    const put = (path: string, text: string): void => {
      const file = under.files.open(path, 'w');
      writeFully(under.files, file, Buffer.from(text));
      under.files.close(file);
    };
    return { ...under, path: join(under.folder, 'a.txt'), put };
  };

  describe(`${kind} keep the contract`, () => {
    test('what is written is read, whole and in part', () => {
      const { files, path, put } = bench();
      put(path, 'hello world');
      expect(files.read(path)?.toString()).toBe('hello world');
      expect(files.readForeign(path).toString()).toBe('hello world');
      expect(files.stat(path)).toMatchObject({ regular: true, size: 11 });
      const file = files.open(path, 'r');
      expect(files.readPart(file, 6, 100).toString()).toBe('world');
      expect(files.readPart(file, 11, 5)).toHaveLength(0);
      expect(files.sizeOf(file)).toBe(11);
      files.close(file);
    });

    test('what is not there is null, false or nothing, and named when it must be', async () => {
      const { files, path, folder, until } = bench();
      expect([files.read(path), files.stat(path), files.remove(path)]).toEqual([null, null, false]);
      expect(files.touch(path, 0)).toBe(false);
      expect(files.list(join(folder, 'none'))).toEqual([]);
      const missing = expect.objectContaining({ code: 'ENOENT' });
      for (const flags of ['r', 'r+'] as const) {
        expect(() => files.open(path, flags)).toThrow(missing);
      }
      expect(() => files.open(join(folder, 'none', 'a'), 'w')).toThrow(missing);
      expect(() => files.rename(path, join(folder, 'b'))).toThrow(missing);
      expect(() => files.readForeign(path)).toThrow(missing);
      expect(() => files.realPath(path)).toThrow(missing);
      let refused = false;
      files.load(path).catch((error: unknown) => (refused = errorCode(error) === 'ENOENT'));
      await until(() => refused);
      expect(() =>
        files.watch(
          join(folder, 'none'),
          () => undefined,
          () => undefined,
        ),
      ).toThrow(missing);
    });

    test('appending goes on at the end, replacing begins anew, a new file must be new', () => {
      const { files, path, put } = bench();
      put(path, 'one');
      const more = files.open(path, 'a');
      writeFully(files, more, Buffer.from(' two'));
      files.close(more);
      expect(files.read(path)?.toString()).toBe('one two');
      put(path, 'x');
      expect(files.read(path)?.toString()).toBe('x');
      expect(() => files.open(path, 'ax')).toThrow(expect.objectContaining({ code: 'EEXIST' }));
    });

    test('a file made ahead of need is empty, must be new, and is written from its start', async () => {
      const { files, path, folder, until } = bench();
      const told: string[] = [];
      for (const place of [path, join(folder, 'none', 'a')]) {
        void files.make(place).then(
          () => told.push('made'),
          (error: unknown) => told.push(errorCode(error)),
        );
      }
      await until(() => told.length === 2);
      expect(told.toSorted()).toEqual(['ENOENT', 'made']);
      expect(files.read(path)).toHaveLength(0);
      void files.make(path).catch((error: unknown) => told.push(errorCode(error)));
      await until(() => told.length === 3);
      expect(told[2]).toBe('EEXIST');
      const file = files.open(path, 'r+');
      writeFully(files, file, Buffer.from('x'));
      files.close(file);
      expect(files.read(path)?.toString()).toBe('x');
    });

    test('cutting leaves the beginning', () => {
      const { files, path, put } = bench();
      put(path, 'one two');
      const file = files.open(path, 'r+');
      files.truncate(file, 3);
      files.syncNow(file);
      files.close(file);
      expect(files.read(path)?.toString()).toBe('one');
    });

    test("a rename replaces, keeps the file and needs the target's folder", () => {
      const { files, path, folder, put } = bench();
      const to = join(folder, 'b.txt');
      put(path, 'new');
      put(to, 'old');
      const { inode } = files.stat(path) ?? {};
      files.rename(path, to);
      expect(files.read(to)?.toString()).toBe('new');
      expect(files.stat(to)?.inode).toBe(inode);
      expect(files.list(folder)).toEqual(['b.txt']);
      expect(() => files.rename(to, join(folder, 'none', 'b'))).toThrow(
        expect.objectContaining({ code: 'ENOENT' }),
      );
      expect(files.read(to)?.toString()).toBe('new');
    });

    test('a link is the same file under a name that was free', () => {
      const { files, path, folder, put } = bench();
      put(path, 'x');
      const to = join(folder, 'b.txt');
      files.link(path, to);
      expect(files.stat(to)?.inode).toBe(files.stat(path)?.inode);
      expect(() => files.link(path, to)).toThrow(expect.objectContaining({ code: 'EEXIST' }));
      expect(files.remove(path)).toBe(true);
      expect(files.read(to)?.toString()).toBe('x');
    });

    test('an open file outlives its name', () => {
      const { files, path, put } = bench();
      put(path, 'x');
      const file = files.open(path, 'a');
      files.remove(path);
      writeFully(files, file, Buffer.from('y'));
      files.close(file);
      expect(files.read(path)).toBeNull();
    });

    test('folders are made with those above, once or often, and listed in order', () => {
      const { files, folder, put } = bench();
      const deep = join(folder, 'x', 'y');
      files.makeFolder(deep);
      files.makeFolder(deep);
      for (const name of ['c', 'a', 'b']) put(join(deep, name), name);
      files.syncFolder(deep);
      expect(files.list(deep)).toEqual(['a', 'b', 'c']);
      expect(files.list(folder)).toEqual(['x']);
      expect(files.stat(deep)).toMatchObject({ regular: false });
      expect(() => files.read(deep)).toThrow(expect.objectContaining({ code: 'EISDIR' }));
    });

    test('a touch sets the time', () => {
      const { files, path, put } = bench();
      put(path, 'x');
      expect(files.touch(path, 1_700_000_000_500)).toBe(true);
      expect(files.stat(path)?.modified).toBe(1_700_000_000_500);
    });

    test('a sync ends, and so does a large read', async () => {
      const { files, path, put, until } = bench();
      put(path, 'x');
      const file = files.open(path, 'a');
      let done = 0;
      void files.sync(file).then(() => (done += 1));
      void files.load(path).then((bytes) => (done += bytes.length));
      await until(() => done === 2);
      files.close(file);
    });

    test('a watcher tells a new name until it is ended', async () => {
      const { files, path, folder, put, until } = bench();
      const seen = new Set<string | null>();
      const stop = files.watch(
        folder,
        (name) => seen.add(name),
        () => undefined,
      );
      put(path, 'x');
      await until(() => seen.has('a.txt') || seen.has(null));
      stop();
    });
  });
};
