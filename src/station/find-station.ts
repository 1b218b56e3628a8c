/**
 * Which station a command is about: the one named, else the nearest folder upwards that has
 * `.3ox`, else a copy of the example in a folder of its own.
 */
import { cp, mkdir, readdir, stat } from 'node:fs/promises';
import { dirname, join, resolve } from 'node:path';

export interface FoundStation {
  readonly root: string;
  /** `named`, found `above`, or the `example`. */
  readonly how: 'named' | 'above' | 'example';
}

/** A folder was named as station and is none. */
export class StationNotFoundError extends Error {
  override readonly name = 'StationNotFoundError';
  readonly code = 'STATION_NOT_FOUND';
}

export const findStation = async (options: {
  /** From `--station` or `STATION`; null when neither is given. */
  readonly named: string | null;
  readonly from: string;
  /** Where the example is copied from and to; null: there is no example to fall back to. */
  readonly example: { readonly source: string; readonly target: string } | null;
}): Promise<FoundStation> => {
  if (options.named !== null) {
    const root = resolve(options.from, options.named);
    if (await isFolder(root)) return { root, how: 'named' };
    throw new StationNotFoundError(
      `${root} is no folder; name a station folder with --station or STATION, or make one with mkdir`,
    );
  }
  for (let folder = resolve(options.from); ; folder = dirname(folder)) {
    if (await hasWorkspace(folder)) return { root: folder, how: 'above' };
    if (dirname(folder) === folder) break;
  }
  if (options.example === null) {
    throw new StationNotFoundError(
      `Neither ${options.from} nor a folder above it has .3ox; name a station with --station FOLDER`,
    );
  }
  const { source, target } = options.example;
  if (!(await hasWorkspace(target))) {
    await mkdir(dirname(target), { recursive: true });
    await cp(source, target, { recursive: true });
  }
  return { root: target, how: 'example' };
};

const isFolder = async (path: string): Promise<boolean> =>
  (await stat(path).catch(() => null))?.isDirectory() ?? false;

/** Folder names of a station are matched without case. */
const hasWorkspace = async (folder: string): Promise<boolean> => {
  const names = await readdir(folder).catch(() => []);
  for (const name of names) {
    if (name.toLowerCase() === '.3ox' && (await isFolder(join(folder, name)))) return true;
  }
  return false;
};
