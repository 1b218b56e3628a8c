import { chmod, lstat, readdir } from 'node:fs/promises';
import { join, relative } from 'node:path';
import { errorCode } from '../../lib/error-code.ts';
import type { StationLayout } from '../../station/layout.ts';
import type { Repair } from './repair.ts';

/**
 * Folders of the workspace that hold inputs and outputs and that others can look into. What is
 * inside is out of reach once the folder is. Systems without modes have none to mend.
 */
export const findOpenModes = async (
  layout: Pick<StationLayout, 'root' | 'ownFolders' | 'secrets' | 'secretsFile'>,
): Promise<readonly Repair[]> => {
  if (process.platform === 'win32') return [];
  const found: Repair[] = [];
  for (const path of layout.ownFolders) {
    if (await isOpen(path)) found.push(closed(layout.root, path, 0o700));
  }
  if (await isOpen(layout.secretsFile)) found.push(closed(layout.root, layout.secretsFile, 0o600));
  for (const name of await namesIn(layout.secrets)) {
    const path = join(layout.secrets, name);
    if (await isOpen(path)) found.push(closed(layout.root, path, 0o600));
  }
  return found;
};

const closed = (root: string, path: string, mode: number): Repair => ({
  name: 'open to others',
  detail: `${relative(root, path)} can be read by other users; its mode becomes ${mode.toString(8)}`,
  perform: () => chmod(path, mode),
});

/** Ours, and readable by others. A link is left alone. */
const isOpen = async (path: string): Promise<boolean> => {
  const stat = await lstat(path).catch((error: unknown) => {
    if (errorCode(error) === 'ENOENT') return null;
    throw error;
  });
  if (stat === null || stat.isSymbolicLink()) return false;
  return stat.uid === process.getuid?.() && (stat.mode & 0o077) !== 0;
};

const namesIn = (folder: string): Promise<readonly string[]> =>
  readdir(folder).catch((error: unknown) => {
    if (errorCode(error) === 'ENOENT' || errorCode(error) === 'EACCES') return [];
    throw error;
  });
