/** The station's files as the engine itself touches them, with the same path rules as agents. */
import { dirname, join } from 'node:path';
import { createStationPaths } from '../agents/paths.ts';
import { writeFileAtomic } from '../lib/atomic-file.ts';
import type { Host } from '../lib/host/host.ts';
import { systemHost } from '../lib/host/system-host.ts';
import { writeFully } from '../lib/host/write-fully.ts';
import type { Workspace } from '../runtime/ports.ts';

export const createWorkspace = (root: string, host: Host = systemHost): Workspace => {
  const { files } = host;
  const paths = (writeAccess: readonly string[] | null) =>
    createStationPaths({ root, readAccess: null, writeAccess, writer: 'engine', files });
  const tempFolder = join(root, '.3ox', 'queue', 'tmp');

  return {
    async exists(path) {
      const target = await paths(null).read(path);
      try {
        return files.stat(target, 'follow') !== null;
      } catch {
        return false;
      }
    },
    writable: async (path) => files.isWritable(await paths(null).write(path)),
    async write(path, text, allowed) {
      const target = await paths(allowed).write(path);
      files.makeFolder(dirname(target), EVERYBODY.folder);
      files.makeFolder(tempFolder);
      // Synced, because that it was written is recorded next, and then it is not written again.
      await writeFileAtomic(target, text, { tempFolder, host, mode: EVERYBODY.file, sync: true });
    },
    async appendLine(path, line) {
      const target = await paths(null).write(path);
      files.makeFolder(dirname(target), EVERYBODY.folder);
      const file = files.open(target, 'a', EVERYBODY.file);
      try {
        writeFully(files, file, Buffer.from(`${line}\n`));
      } finally {
        files.close(file);
      }
    },
    async read(path) {
      const target = await paths(null).read(path);
      return files.read(target)?.toString('utf8') ?? null;
    },
  };
};

/** What a definition asks to be written is for whoever the user's umask lets read it. */
const EVERYBODY = { file: 0o666, folder: 0o777 } as const;
