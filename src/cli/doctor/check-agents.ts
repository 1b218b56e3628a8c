import { loadAgentRegistry, registryProblemText } from '../../agents/registry.ts';
import { readAgentStatus } from '../../agents/status/agent-status.ts';
import { agentText } from '../../compose/agent-lines.ts';
import { layoutOf } from '../../station/layout.ts';
import { fine, wrong, type Finding } from './finding.ts';

/**
 * One finding for agents.yaml and one for each agent. What cannot work is a fault only when work
 * waits for it: a station may name more agents than every machine has.
 */
export const checkAgents = async (root: string): Promise<readonly Finding[]> => {
  const file = layoutOf(root).agents;
  const { problems } = await loadAgentRegistry(file);
  const now = Date.now();
  return [
    ...problems.map((problem) =>
      wrong('agents.yaml', registryProblemText(problem), `mend ${file}`),
    ),
    ...(await readAgentStatus(root)).map((agent) => {
      const { name, summary, notes } = agentText(agent, now);
      const said = notes.filter((note) => !note.startsWith('→'));
      const detail = [summary, ...said].join('; ');
      const { state, waiting, fix } = agent;
      return waiting > 0 && (state === 'down' || state === 'unavailable')
        ? wrong(`agent ${name}`, detail, fix ?? 'workflow agents')
        : fine(`agent ${name}`, detail, state === 'unavailable' ? fix : null);
    }),
  ];
};
