/** The few file functions the journal needs, so that faults can be put under it. */
import { errorCode } from '../lib/error-code.ts';
import type { HostFiles } from '../lib/host/host.ts';

export { systemFiles } from '../lib/host/system-files.ts';
export { writeFully } from '../lib/host/write-fully.ts';

/** Files as the journal sees them. */
export type JournalFiles = Pick<
  HostFiles,
  | 'open'
  | 'write'
  | 'sync'
  | 'syncNow'
  | 'syncFolder'
  | 'truncate'
  | 'close'
  | 'rename'
  | 'remove'
  | 'makeFolder'
  | 'list'
  | 'read'
  | 'readPart'
  | 'sizeOf'
  | 'stat'
>;

/** The file opened for reading, or null when there is none. */
export const openExisting = (files: Pick<JournalFiles, 'open'>, path: string): number | null => {
  try {
    return files.open(path, 'r');
  } catch (error) {
    if (errorCode(error) !== 'ENOENT') throw error;
    return null;
  }
};

/** Cuts a file to `length` bytes, durably. */
export const cutFile = (files: JournalFiles, path: string, length: number): void => {
  const file = files.open(path, 'r+');
  try {
    files.truncate(file, length);
    files.syncNow(file);
  } finally {
    files.close(file);
  }
};
