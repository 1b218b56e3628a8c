/**
 * Claims whose holder is gone go back on offer: the same attempt, the same lease. At once when no
 * living host works for the agent, otherwise when nobody has touched them for a while. Programs
 * that a gone host left running are ended before.
 */
import { join } from 'node:path';
import { fileName, readFileName } from '../file-queue/names.ts';
import { endLeftPrograms } from '../process/programs.ts';
import type { HostedAgent } from './agent-table.ts';
import type { HostContext } from './context.ts';
import { readHosts } from './presence.ts';

/** Gives orphaned claims of `agents` back; `held` says which names this host works on itself. */
export const takeBackOrphans = async (
  context: HostContext,
  agents: readonly HostedAgent[],
  self: string,
  held: (agent: string, name: string) => boolean,
): Promise<number> => {
  const { files, folders } = context;
  // Files carry the wall clock's time, which may have been set since.
  const now = context.host.clock.now();
  const hosts = readHosts(folders, context.host);
  // First of all: nothing is offered again while somebody still works on it.
  for (const host of hosts) if (!host.alive) await endLeftPrograms(folders.hosts, host, now);
  let count = 0;
  for (const agent of agents) {
    const others = hosts.some(
      (host) => host.alive && host.host !== self && agent.name in host.agents,
    );
    const folder = join(folders.claimed, agent.name);
    for (const name of files.list(folder)) {
      const read = readFileName('task', name);
      if (read.type !== 'named' || held(agent.name, name)) continue;
      const path = join(folder, name);
      const facts = files.stat(path);
      if (facts === null || (others && Math.abs(now - facts.modified) < context.timing.orphan))
        continue;
      const back = join(folders.pairs[agent.queue].tasks, fileName('task', read.key));
      // A newer offer of the task outlives the claim of an older one.
      const taken =
        files.stat(back) === null ? await files.move(path, back) : await files.remove(path);
      if (taken) count += 1;
    }
  }
  for (const host of hosts) if (!host.alive) await files.remove(host.path);
  return count;
};
