/** The station's files as the engine itself touches them, with the same path rules as agents. */
import { access, appendFile, constants, mkdir, readFile, stat } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { createStationPaths } from '../agents/paths.ts';
import { writeFileAtomic } from '../lib/atomic-file.ts';
import type { Workspace } from '../runtime/ports.ts';

export const createWorkspace = (root: string): Workspace => {
  const paths = (writeAccess: readonly string[] | null) =>
    createStationPaths({ root, readAccess: null, writeAccess, writer: 'engine' });
  const tempFolder = join(root, '.3ox', 'queue', 'tmp');

  return {
    exists: async (path) => (await stat(await paths(null).read(path)).catch(() => null)) !== null,
    async writable(path) {
      const target = await paths(null).write(path);
      return access(target, constants.W_OK).then(
        () => true,
        () => false,
      );
    },
    async write(path, text, allowed) {
      const target = await paths(allowed).write(path);
      await mkdir(dirname(target), { recursive: true });
      await mkdir(tempFolder, { recursive: true });
      await writeFileAtomic(target, text, { tempFolder });
    },
    async appendLine(path, line) {
      const target = await paths(null).write(path);
      await mkdir(dirname(target), { recursive: true });
      await appendFile(target, `${line}\n`);
    },
    async read(path) {
      const target = await paths(null).read(path);
      return readFile(target, 'utf8').catch((error: NodeJS.ErrnoException) => {
        if (error.code === 'ENOENT') return null;
        throw error;
      });
    },
  };
};
