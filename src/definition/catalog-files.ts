import { readdir, readFile, stat } from 'node:fs/promises';
import nodePath from 'node:path';
import { errorCode } from '../lib/atomic-file.ts';
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
  readonly folders: readonly string[];
  readonly root: string;
}

/** Every definition file of the folders in the order of folders and names; fills `cache`. */
export const readAll = async (
  { folders, root }: Places,
  cache: Map<string, LoadedFile>,
): Promise<readonly LoadedFile[]> => {
  const files: LoadedFile[] = [];
  const seen = new Set<string>();
  for (const folder of new Set(folders.map((one) => nodePath.resolve(one)))) {
    for (const name of await namesIn(folder)) {
      const path = nodePath.join(folder, name);
      seen.add(path);
      const file = await readOne(path, nameOf(path, root), cache.get(path));
      cache.set(path, file);
      files.push(file);
    }
  }
  for (const path of cache.keys()) if (!seen.has(path)) cache.delete(path);
  return files;
};

const namesIn = async (folder: string): Promise<readonly string[]> => {
  try {
    const names = await readdir(folder);
    return names.filter((name) => /\.workflow\.ya?ml$/iu.test(name)).sort();
  } catch {
    return [];
  }
};

const readOne = async (
  path: string,
  file: string,
  known: LoadedFile | undefined,
): Promise<LoadedFile> => {
  try {
    const before = await stat(path, { bigint: true });
    const stamp = `${before.size} ${before.mtimeNs} ${before.ino}`;
    if (known !== undefined && known.stamp === stamp) return known;
    if (!before.isFile()) return unreadable(file, 'it is not a file');
    const tooLarge = before.size > BigInt(LARGEST_FILE);
    const text = tooLarge ? '' : await readFile(path, 'utf8');
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
