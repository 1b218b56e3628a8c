import nodePath from 'node:path';
import { errorCode } from '../lib/atomic-file.ts';
import type { HostFiles } from '../lib/host/host.ts';
import { loadDefinition, type LoadedDefinition } from './load.ts';
import { createReport } from './report.ts';
import { LARGEST_FILE } from './yaml/parse.ts';

export interface LoadedFile {
  /** Relative to the station, or to the folder above its own when it lies elsewhere; `/`. */
  readonly file: string;
  readonly text: string;
  readonly loaded: LoadedDefinition;
  /** Size and time it was read with; null when it could not be read. */
  readonly stamp: string | null;
}

interface Places {
  readonly files: Pick<HostFiles, 'list' | 'stat' | 'read'>;
  readonly folders: readonly string[];
  readonly root: string;
}

/** Every definition file of the folders in the order of folders and names; fills `cache`. */
export const readAll = (
  { files: host, folders, root }: Places,
  cache: Map<string, LoadedFile>,
): readonly LoadedFile[] => {
  const files: LoadedFile[] = [];
  const seen = new Set<string>();
  for (const folder of new Set(folders.map((one) => nodePath.resolve(one)))) {
    for (const name of namesIn(host, folder)) {
      const path = nodePath.join(folder, name);
      seen.add(path);
      const known = cache.get(path);
      const file = readOne(host, path, known?.file ?? nameOf(path, root), known);
      cache.set(path, file);
      files.push(file);
    }
  }
  for (const path of cache.keys()) if (!seen.has(path)) cache.delete(path);
  return files;
};

const namesIn = (host: Places['files'], folder: string): readonly string[] => {
  try {
    return host.list(folder).filter((name) => /\.workflow\.ya?ml$/iu.test(name));
  } catch {
    return [];
  }
};

const readOne = (
  host: Places['files'],
  path: string,
  file: string,
  known: LoadedFile | undefined,
): LoadedFile => {
  try {
    const before = host.stat(path, 'follow');
    if (before === null) return unreadable(file, 'ENOENT');
    const stamp = `${before.size} ${before.modified} ${before.inode}`;
    if (known !== undefined && known.stamp === stamp) return known;
    if (!before.regular) return unreadable(file, 'it is not a file');
    const tooLarge = before.size > LARGEST_FILE;
    const text = tooLarge ? '' : (host.read(path)?.toString('utf8') ?? '');
    const loaded = tooLarge
      ? failed(file, 'DEF002', `The file has ${before.size} bytes, ${LARGEST_FILE} are allowed`)
      : loadDefinition(text, file);
    return { file, text, loaded, stamp };
  } catch (error) {
    return unreadable(file, errorCode(error) || String(error));
  }
};

const unreadable = (file: string, why: string): LoadedFile => ({
  file,
  text: '',
  loaded: failed(file, 'DEF001', `The file cannot be read: ${why}`),
  stamp: null,
});

const failed = (file: string, code: 'DEF001' | 'DEF002', message: string): LoadedDefinition => {
  const report = createReport('', file);
  report.add(code, { start: 0, end: 0 }, message);
  return { definition: null, sha256: '', problems: report.problems() };
};

/** Stored with `/` on every system. */
const nameOf = (path: string, root: string): string => {
  const inside = nodePath.relative(nodePath.resolve(root), path);
  const elsewhere = inside.startsWith('..') || nodePath.isAbsolute(inside);
  const relative = elsewhere
    ? nodePath.relative(nodePath.dirname(nodePath.dirname(path)), path)
    : inside;
  return relative.split(nodePath.sep).join('/');
};
