import type { Command, ReplyLine } from './command.ts';

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
      lines: lines.flatMap(({ icon, name, summary, notes }): ReplyLine[] => [
        [`${icon} `, { type: 'strong', text: name }, ` ${summary}`],
        ...notes.map((text): ReplyLine => [{ type: 'dim', text: `    ${text}` }]),
      ]),
    };
  },
};
