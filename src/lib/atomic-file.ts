/**
 * Files that are either the old one or the new one, never half of either.
 *
 * Owns the dance of temp file, sync and rename, and its wrinkles: a rename or an unlink that a
 * virus scanner or an indexer holds up for a moment is tried again, and a temp folder that turns
 * out to be another device is left for the target's own.
 */
import { basename, dirname, join } from 'node:path';
import { errorCode } from './error-code.ts';
import type { Host } from './host/host.ts';
import { systemHost } from './host/system-host.ts';
import { writeFully } from './host/write-fully.ts';

export { errorCode } from './error-code.ts';

/** What atomic writing uses of a machine. */
type AtomicHost = Pick<Host, 'files' | 'clock' | 'random'>;

/** How {@link writeFileAtomic} writes. */
export interface AtomicWriteOptions {
  /** Folder of the temp file; on the same file system and outside watched folders. Default: beside the target. */
  readonly tempFolder?: string;
  /** Default 0600. */
  readonly mode?: number;
  /** Sync the data and the folder entry before resolving. Default false. */
  readonly sync?: boolean;
  readonly host?: AtomicHost;
}

/** Text, bytes, or the pieces of a long content; the pieces may be asked for more than once. */
export type FileContent = string | Uint8Array | (() => Iterable<Piece> | AsyncIterable<Piece>);

type Piece = string | Uint8Array;

/** Writes `data` to `path` so that no reader ever sees a part of it. */
export const writeFileAtomic = async (
  path: string,
  data: FileContent,
  options: AtomicWriteOptions = {},
): Promise<void> => {
  const { host = systemHost } = options;
  const beside = dirname(path);
  try {
    await writeThrough(options.tempFolder ?? beside, path, data, options, host);
  } catch (error) {
    // The temp folder turned out to be another device: the target's own folder never is.
    if (errorCode(error) !== 'EXDEV' || options.tempFolder === undefined) throw error;
    await writeThrough(beside, path, data, options, host);
  }
  if (options.sync === true) host.files.syncFolder(beside);
};

const writeThrough = async (
  folder: string,
  path: string,
  data: FileContent,
  options: AtomicWriteOptions,
  host: AtomicHost,
): Promise<void> => {
  const { files } = host;
  const temp = join(folder, `.${basename(path)}.${host.random(6).toString('hex')}.tmp`);
  try {
    const file = files.open(temp, 'ax', options.mode);
    try {
      if (typeof data === 'function') {
        for await (const piece of data()) {
          writeFully(files, file, typeof piece === 'string' ? Buffer.from(piece) : piece);
          // Long contents come in pieces so that others get a turn.
          await new Promise(setImmediate);
        }
      } else writeFully(files, file, typeof data === 'string' ? Buffer.from(data) : data);
      if (options.sync === true) await files.sync(file);
    } finally {
      files.close(file);
    }
    await renameWithRetry(temp, path, host);
  } catch (error) {
    // The first error is the one worth telling; a temp file left behind is harmless.
    await unlinkIfPresent(temp, host).catch(() => undefined);
    throw error;
  }
};

/** Renames, replacing the target; tries again for about a second while somebody holds a file open. */
export const renameWithRetry = (
  from: string,
  to: string,
  host: Pick<Host, 'files' | 'clock'> = systemHost,
): Promise<void> => retryWhileHeld(() => host.files.rename(from, to), host);

/** Removes a file. Resolves to false when there was none. */
export const unlinkIfPresent = (
  path: string,
  host: Pick<Host, 'files' | 'clock'> = systemHost,
): Promise<boolean> => retryWhileHeld(() => host.files.remove(path), host);

const HELD = new Set(['EPERM', 'EBUSY', 'EACCES']);
const DELAYS = [5, 10, 20, 40, 80, 160, 320, 400];

const retryWhileHeld = async <T>(work: () => T, { clock }: Pick<Host, 'clock'>): Promise<T> => {
  // Elsewhere these codes mean that it is not allowed, and waiting would only hide it.
  const delays = process.platform === 'win32' ? DELAYS : DELAYS.slice(0, 2);
  for (const delay of delays) {
    try {
      return work();
    } catch (error) {
      if (!HELD.has(errorCode(error))) throw error;
      await new Promise<void>((resolve) => void clock.after(delay, resolve));
    }
  }
  return work();
};
