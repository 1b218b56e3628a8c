/**
 * Files that are either the old one or the new one, never half of either.
 *
 * Owns the dance of temp file, sync and rename, and its Windows wrinkles: a rename or an unlink
 * that a virus scanner or an indexer holds up for a moment is tried again, and a folder that
 * cannot be synced is left alone.
 */
import { randomBytes } from 'node:crypto';
import { open, rename, unlink } from 'node:fs/promises';
import { basename, dirname, join } from 'node:path';

/** How {@link writeFileAtomic} writes. */
export interface AtomicWriteOptions {
  /** Folder of the temp file; on the same file system and outside watched folders. Default: beside the target. */
  readonly tempFolder?: string;
  readonly mode?: number;
  /** Sync the data and the folder entry before resolving. Default false. */
  readonly sync?: boolean;
}

/** Writes `data` to `path` so that no reader ever sees a part of it. */
export const writeFileAtomic = async (
  path: string,
  data: string | Uint8Array,
  options: AtomicWriteOptions = {},
): Promise<void> => {
  const beside = dirname(path);
  try {
    await writeThrough(options.tempFolder ?? beside, path, data, options);
  } catch (error) {
    // The temp folder turned out to be another device: the target's own folder never is.
    if (errorCode(error) !== 'EXDEV' || options.tempFolder === undefined) throw error;
    await writeThrough(beside, path, data, options);
  }
  if (options.sync === true) await syncFolder(beside);
};

const writeThrough = async (
  folder: string,
  path: string,
  data: string | Uint8Array,
  options: AtomicWriteOptions,
): Promise<void> => {
  const temp = join(folder, `.${basename(path)}.${randomBytes(6).toString('hex')}.tmp`);
  try {
    const file = await open(temp, 'wx', options.mode ?? 0o666);
    try {
      await file.writeFile(data);
      if (options.sync === true) await file.sync();
    } finally {
      await file.close();
    }
    await renameWithRetry(temp, path);
  } catch (error) {
    // The first error is the one worth telling; a temp file left behind is harmless.
    await unlinkIfPresent(temp).catch(() => undefined);
    throw error;
  }
};

/** Renames, replacing the target; tries again for about a second while somebody holds a file open. */
export const renameWithRetry = (from: string, to: string): Promise<void> =>
  retryWhileHeld(() => rename(from, to));

/** Removes a file. Resolves to false when there was none. */
export const unlinkIfPresent = async (path: string): Promise<boolean> => {
  try {
    await retryWhileHeld(() => unlink(path));
    return true;
  } catch (error) {
    if (errorCode(error) === 'ENOENT') return false;
    throw error;
  }
};

/** Makes renames and new names in `folder` durable, where the system allows it. */
const syncFolder = async (folder: string): Promise<void> => {
  try {
    const handle = await open(folder, 'r');
    try {
      await handle.sync();
    } finally {
      await handle.close();
    }
  } catch (error) {
    if (!FOLDER_SYNC_REFUSED.has(errorCode(error))) throw error;
  }
};

/** Codes with which a system says that folders cannot be synced there (Windows, some network shares). */
export const FOLDER_SYNC_REFUSED: ReadonlySet<string> = new Set([
  'EISDIR',
  'EPERM',
  'EACCES',
  'EINVAL',
  'ENOTSUP',
  'ENOSYS',
  'EBADF',
]);

/** The system's code of an error (`ENOENT`, …), or '' when it has none. */
export const errorCode = (error: unknown): string =>
  typeof error === 'object' && error !== null && 'code' in error && typeof error.code === 'string'
    ? error.code
    : '';

const HELD = new Set(['EPERM', 'EBUSY', 'EACCES']);
const DELAYS = [5, 10, 20, 40, 80, 160, 320, 400];

const retryWhileHeld = async (work: () => Promise<void>): Promise<void> => {
  // Elsewhere these codes mean that it is not allowed, and waiting would only hide it.
  const delays = process.platform === 'win32' ? DELAYS : DELAYS.slice(0, 2);
  for (const delay of delays) {
    try {
      return await work();
    } catch (error) {
      if (!HELD.has(errorCode(error))) throw error;
      await new Promise((resolve) => setTimeout(resolve, delay));
    }
  }
  return work();
};
