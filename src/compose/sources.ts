/** What chat commands may look at besides the engine. */
import type { AgentLine, CommandSources } from '../../commands/command.ts';
import { readAgentHealth } from '../agents/host/health.ts';
import { readAgentStatus } from '../agents/status/agent-status.ts';
import { createWorkspace } from '../station/workspace.ts';
import { agentText } from './agent-lines.ts';
import type { OpenEngine } from './open-engine.ts';

export const commandSources = (open: OpenEngine): CommandSources => {
  const workspace = createWorkspace(open.layout.root);
  return {
    readReceipt: (path) => workspace.read(path),
    agents: () => agentLines(open.layout.root),
  };
};

/** Every agent of the station in words. */
const agentLines = async (root: string): Promise<readonly AgentLine[]> => {
  const now = Date.now();
  return (await readAgentStatus(root)).map((agent) => {
    const { icon, name, summary, notes } = agentText(agent, now);
    return { icon, name, summary, notes };
  });
};

/** Resolves when an agent is up, or after a while without one: the banner then says so. */
export const agentsUp = async (open: OpenEngine): Promise<void> => {
  const giveUpAt = Date.now() + 10_000;
  while (Date.now() < giveUpAt) {
    if ((await readAgentHealth(open.layout.root)).some(({ up }) => up)) return;
    await new Promise((resolve) => setTimeout(resolve, 50));
  }
};
