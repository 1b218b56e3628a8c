import type { Command } from './command.ts';

/** `agents`: who works here, and how they are. */
export const agents: Command = {
  verb: 'agents',
  summary: 'shows the agents and how they are',
  usage: 'agents',
  async run({ sources }) {
    if (sources.agents === null) {
      return {
        type: 'text',
        lines: [['Nothing is known about agents here; type: workflow agents']],
      };
    }
    const lines = await sources.agents();
    if (lines.length === 0) return { type: 'text', lines: [['There are no agents.']] };
    return {
      type: 'text',
      lines: lines.map((agent) => [
        `${agent.up ? '✓' : '✗'} `,
        { type: 'strong', text: agent.name },
        ` ${agent.up ? 'up' : 'down'}${agent.detail === '' ? '' : ` · ${agent.detail}`}`,
      ]),
    };
  },
};
