/** What chat commands may look at besides the engine. */
import type { AgentLine, CommandSources } from '../../commands/command.ts';
import { readAgentHealth } from '../agents/host/health.ts';
import { formatDuration } from '../../grammar/duration.ts';
import { createWorkspace } from '../station/workspace.ts';
import type { OpenEngine } from './open-engine.ts';

export const commandSources = (open: OpenEngine): CommandSources => {
  const workspace = createWorkspace(open.layout.root);
  return {
    readReceipt: (path) => workspace.read(path),
    agents: () => agentLines(open),
  };
};

/** Every agent of the station and whether somebody works for it. */
export const agentLines = async ({ layout }: OpenEngine): Promise<readonly AgentLine[]> => {
  const now = Date.now();
  const health = await readAgentHealth(layout.root);
  return health.map((agent) => ({
    name: agent.name,
    up: agent.up,
    detail: [
      `${agent.waiting} waiting`,
      `${agent.running} running`,
      agent.lastSeen === null
        ? 'never seen'
        : `seen ${formatDuration(Math.round((now - agent.lastSeen) / 1_000) * 1_000)} ago`,
    ].join(', '),
  }));
};

/** Resolves when an agent is up, or after a while without one: the banner then says so. */
export const agentsUp = async (open: OpenEngine): Promise<void> => {
  const giveUpAt = Date.now() + 10_000;
  while (Date.now() < giveUpAt) {
    if ((await agentLines(open)).some(({ up }) => up)) return;
    await new Promise((resolve) => setTimeout(resolve, 50));
  }
};
