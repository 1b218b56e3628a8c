import { join } from 'node:path';
import { queueFolders } from '../../agents/file-queue/folders.ts';
import { readHosts } from '../../agents/host/presence.ts';
import { errorCode } from '../../lib/error-code.ts';
import type { Host } from '../../lib/host/host.ts';
import type { StationLayout } from '../../station/layout.ts';
import type { Repair } from './repair.ts';

/** Files that a process which is gone was still writing, and signs of life of hosts that are gone. */
export const findLeftovers = async (
  layout: Pick<StationLayout, 'root' | 'workspace' | 'secrets'>,
  host: Host,
): Promise<readonly Repair[]> => {
  const { files } = host;
  const folders = queueFolders(layout.root);
  const drafts = [
    ...files.list(folders.temp).map((name) => join(folders.temp, name)),
    ...[layout.workspace, join(layout.workspace, 'journal'), layout.secrets].flatMap((folder) =>
      files
        .list(folder)
        .filter((name) => name.endsWith('.tmp'))
        .map((name) => join(folder, name)),
    ),
  ].filter((path) => isOld(path, host));
  const gone = readHosts(folders, host).filter(({ alive }) => !alive);
  const remove = (name: string, detail: string, paths: readonly string[]): readonly Repair[] =>
    paths.length === 0
      ? []
      : [{ name, detail, perform: async () => paths.forEach((path) => void files.remove(path)) }];
  return [
    ...remove(
      'unfinished files',
      `${drafts.length} half-written ${drafts.length === 1 ? 'file' : 'files'} of a process that is gone; removed`,
      drafts,
    ),
    ...remove(
      'gone hosts',
      `${gone.length} agent ${gone.length === 1 ? 'host' : 'hosts'} ended without a word; their signs of life are removed`,
      gone.map(({ path }) => path),
    ),
  ];
};

/** ms after which nobody writes a file any more. */
const OLD = 60 * 60_000;

const isOld = (path: string, { files, clock }: Host): boolean => {
  try {
    const facts = files.stat(path);
    return facts !== null && facts.regular && clock.now() - facts.modified > OLD;
  } catch (error) {
    if (errorCode(error) !== 'ENOENT') throw error;
    return false;
  }
};
