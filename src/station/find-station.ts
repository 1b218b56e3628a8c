/**
 * Which station a command is about: the one named, else the nearest folder upwards that has
 * `.3ox`, else a copy of the example in a folder of its own.
 */
import { copyFileSync, mkdirSync, readdirSync, renameSync, rmSync, statSync } from 'node:fs';
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

export const findStation = (options: {
  /** From `--station` or `STATION`; null when neither is given. */
  readonly named: string | null;
  readonly from: string;
  /** Where the example is copied from and to; null: there is no example to fall back to. */
  readonly example: { readonly source: string; readonly target: string } | null;
}): FoundStation => {
  if (options.named !== null) {
    const root = resolve(options.from, options.named);
    if (isFolder(root)) return { root, how: 'named' };
    throw new StationNotFoundError(
      `${root} is no folder; name a station folder with --station or STATION, or make one with mkdir`,
    );
  }
  for (let folder = resolve(options.from); ; folder = dirname(folder)) {
    if (hasWorkspace(folder)) return { root: folder, how: 'above' };
    if (dirname(folder) === folder) break;
  }
  if (options.example === null) {
    throw new StationNotFoundError(
      `Neither ${options.from} nor a folder above it has .3ox; name a station with --station FOLDER`,
    );
  }
  const { source, target } = options.example;
  if (!hasWorkspace(target)) copyWhole(source, target);
  return { root: target, how: 'example' };
};

/** Whole or not at all: a copy that was cut off would be taken for a station ever after. */
const copyWhole = (source: string, target: string): void => {
  if (isFolder(target)) return copyFolder(source, target);
  const aside = `${target}.${process.pid}.tmp`;
  try {
    copyFolder(source, aside);
    renameSync(aside, target);
  } catch (error) {
    rmSync(aside, { recursive: true, force: true });
    // Somebody else was faster.
    if (!hasWorkspace(target)) throw error;
  }
};

/** File by file: `cpSync` of newer Nodes ends the process where no more files may be opened. */
const copyFolder = (source: string, target: string): void => {
  mkdirSync(target, { recursive: true });
  for (const entry of readdirSync(source, { withFileTypes: true })) {
    const [from, to] = [join(source, entry.name), join(target, entry.name)];
    if (entry.isDirectory()) copyFolder(from, to);
    else copyFileSync(from, to);
  }
};

const isFolder = (path: string): boolean => {
  try {
    return statSync(path).isDirectory();
  } catch {
    return false;
  }
};

/** Folder names of a station are matched without case. */
const hasWorkspace = (folder: string): boolean =>
  namesIn(folder).some((name) => name.toLowerCase() === '.3ox' && isFolder(join(folder, name)));

/** None where it cannot be read: a station may lie above a folder that is somebody else's. */
const namesIn = (folder: string): readonly string[] => {
  try {
    return readdirSync(folder);
  } catch {
    return [];
  }
};
