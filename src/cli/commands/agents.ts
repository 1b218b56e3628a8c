import { readAgentStatus } from '../../agents/status/agent-status.ts';
import type { AgentStatus } from '../../agents/status/agent-status.ts';
import { agentText } from '../../compose/agent-lines.ts';
import type { CliCommand } from '../cli-command.ts';
import { EXIT } from '../exit-codes.ts';

export const command: CliCommand = {
  options: {},
  words: { least: 0, most: 0 },
  async run(context) {
    const { output } = context;
    const { root } = context.station();
    const now = Date.now();
    const agents = await readAgentStatus(root);
    if (output.json) {
      output.value({ schema: 'agents/1', agents: agents.map(shapeOf) });
      return EXIT.ok;
    }
    const width = Math.max(0, ...agents.map(({ name }) => name.length));
    output.lines(
      agents.flatMap((agent) => {
        const { icon, name, summary, notes } = agentText(agent, now);
        return [`${icon} ${name.padEnd(width)}  ${summary}`, ...notes.map((note) => `    ${note}`)];
      }),
    );
    if (agents.some(({ state }) => state === 'down')) {
      output.note('→ npm start or workflow serve runs those that are down');
    }
    return EXIT.ok;
  },
};

const shapeOf = (agent: AgentStatus): object => ({
  name: agent.name,
  kind: agent.kind,
  state: agent.state,
  up: agent.state === 'up',
  unavailable: agent.state === 'unavailable' ? agent.why : null,
  fix: agent.fix,
  runtime: agent.runtime,
  hosts: agent.hosts,
  concurrency: agent.concurrency,
  workers: agent.workers,
  running: agent.running,
  waiting: agent.waiting,
  oldest_waiting: isoOrNull(agent.oldestWaiting),
  last_seen: isoOrNull(agent.lastSeen),
  last_answer: isoOrNull(agent.recent?.last ?? null),
  error_rate: agent.recent === null ? null : agent.recent.failures / agent.recent.answers,
  last_failure: failureOf(agent),
});

const failureOf = ({ recent }: AgentStatus): object | null => {
  const failure = recent?.lastFailure ?? null;
  return failure === null ? null : { ...failure, at: isoOrNull(failure.at) };
};

const isoOrNull = (at: number | null): string | null =>
  at === null ? null : new Date(at).toISOString();
