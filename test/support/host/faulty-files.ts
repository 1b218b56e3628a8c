/**
 * Files that fail. Every call is put to `rule` first; a write that fails with ENOSPC may have
 * written a part. Made for fail-the-Nth-call loops and for simulations alike.
 */
import type { HostFiles } from '../../../src/lib/host/host.ts';

export type FaultCode = 'EIO' | 'ENOSPC' | 'EMFILE' | 'EACCES' | 'EROFS' | 'EXDEV';

export type FileCall = Exclude<keyof HostFiles, 'close' | 'watch'>;

/** The code with which a call fails, or null. `path` is '' for calls on open files. */
export type FaultRule = (call: FileCall, path: string, to: string) => FaultCode | null;

export const createFaultyFiles = (files: HostFiles, rule: FaultRule): HostFiles => {
  const check = (call: FileCall, path: string, to = ''): void => {
    const code = rule(call, path, to);
    if (code !== null) {
      throw Object.assign(new Error(`${code}: simulated, ${call} ${path}`), { code });
    }
  };
  return {
    ...files,
    open(path, flags, mode) {
      check('open', path);
      return files.open(path, flags, mode);
    },
    async make(path) {
      check('make', path);
      await files.make(path);
    },
    write(file, bytes, from) {
      try {
        check('write', '');
      } catch (error) {
        const part = Math.floor((bytes.length - from) / 2);
        if (part > 0) files.write(file, bytes.subarray(0, from + part), from);
        throw error;
      }
      return files.write(file, bytes, from);
    },
    readPart(file, offset, length) {
      check('readPart', '');
      return files.readPart(file, offset, length);
    },
    sizeOf(file) {
      check('sizeOf', '');
      return files.sizeOf(file);
    },
    truncate(file, length) {
      check('truncate', '');
      files.truncate(file, length);
    },
    async sync(file) {
      check('sync', '');
      await files.sync(file);
    },
    syncNow(file) {
      check('syncNow', '');
      files.syncNow(file);
    },
    syncFolder(path) {
      check('syncFolder', path);
      files.syncFolder(path);
    },
    rename(from, to) {
      check('rename', from, to);
      files.rename(from, to);
    },
    link(from, to) {
      check('link', from, to);
      files.link(from, to);
    },
    remove(path) {
      check('remove', path);
      return files.remove(path);
    },
    restrict(path, mode) {
      check('restrict', path);
      files.restrict(path, mode);
    },
    touch(path, at) {
      check('touch', path);
      return files.touch(path, at);
    },
    makeFolder(path) {
      check('makeFolder', path);
      files.makeFolder(path);
    },
    list(path) {
      check('list', path);
      return files.list(path);
    },
    read(path) {
      check('read', path);
      return files.read(path);
    },
    readForeign(path) {
      check('readForeign', path);
      return files.readForeign(path);
    },
    async load(path) {
      check('load', path);
      return files.load(path);
    },
    stat(path, links) {
      check('stat', path);
      return files.stat(path, links);
    },
    realPath(path) {
      check('realPath', path);
      return files.realPath(path);
    },
  };
};

/** The `at`-th call fails with `code`, once or from then on. Counts calls. */
export const failNth = (
  at: number,
  code: FaultCode,
  forGood = false,
): { readonly rule: FaultRule; calls(): number } => {
  let calls = 0;
  return {
    rule: () => {
      calls += 1;
      return calls === at || (forGood && calls > at) ? code : null;
    },
    calls: () => calls,
  };
};
