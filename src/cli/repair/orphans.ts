import { join } from 'node:path';
import { createQueueFiles } from '../../agents/file-queue/files.ts';
import { queueFolders } from '../../agents/file-queue/folders.ts';
import { readFileName } from '../../agents/file-queue/names.ts';
import { readHosts } from '../../agents/host/presence.ts';
import { loadAgentRegistry } from '../../agents/registry.ts';
import type { Host } from '../../lib/host/host.ts';
import type { StationLayout } from '../../station/layout.ts';
import type { Repair } from './repair.ts';

/**
 * Claims that nobody works on any more: back on offer, with the attempt and lease they have. A
 * claim without a living host of its agent that was not touched for a while is nobody's.
 */
export const findOrphans = async (
  layout: Pick<StationLayout, 'root' | 'agents'>,
  host: Host,
): Promise<readonly Repair[]> => {
  const folders = queueFolders(layout.root);
  const files = createQueueFiles(folders.temp, host);
  const { registry } = await loadAgentRegistry(layout.agents);
  const served = new Set(
    readHosts(folders, host)
      .filter(({ alive }) => alive)
      .flatMap((one) => Object.keys(one.agents)),
  );
  const claims = host.files
    .list(folders.claimed)
    .filter((agent) => !served.has(agent))
    .flatMap((agent) =>
      host.files
        .list(join(folders.claimed, agent))
        .filter((name) => readFileName('task', name).type === 'named')
        .filter((name) => isSilent(join(folders.claimed, agent, name), host))
        .map((name) => ({ agent, name })),
    );
  return claims.map(({ agent, name }) => ({
    name: 'orphaned claim',
    detail: `nobody works on ${name}, which ${agent} took; it is offered again`,
    async perform() {
      const pair = folders.pairs[registry.get(agent)?.queue ?? 'queue'];
      const from = join(folders.claimed, agent, name);
      const to = join(pair.tasks, name);
      // A newer offer of the task outlives the claim of an older one.
      if (files.stat(to) === null) await files.move(from, to);
      else await files.remove(from);
    },
  }));
};

/** ms without a touch after which a claim of an agent that no host reports is nobody's. */
const SILENT = 30_000;

const isSilent = (path: string, { files, clock }: Host): boolean => {
  const facts = files.stat(path);
  return facts !== null && clock.now() - facts.modified > SILENT;
};
