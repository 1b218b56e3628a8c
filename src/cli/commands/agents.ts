import { readAgentHealth } from '../../agents/host/health.ts';
import { elapsed } from '../../chat/card/elapsed.ts';
import type { CliCommand } from '../cli-command.ts';
import { EXIT } from '../exit-codes.ts';

export const command: CliCommand = {
  options: {},
  words: { least: 0, most: 0 },
  async run(context) {
    const { output } = context;
    const { root } = await context.station();
    const now = Date.now();
    const agents = await readAgentHealth(root);
    if (output.json) {
      output.value({
        schema: 'agents/1',
        agents: agents.map((agent) => ({
          name: agent.name,
          up: agent.up,
          unavailable: agent.unavailable,
          hosts: agent.hosts,
          running: agent.running,
          waiting: agent.waiting,
          oldest_waiting: isoOrNull(agent.oldestWaiting),
          last_seen: isoOrNull(agent.lastSeen),
          error_rate: agent.errorRate,
        })),
      });
      return EXIT.ok;
    }
    if (agents.length === 0) output.note('No agent was ever up here: workflow serve starts them');
    const width = Math.max(0, ...agents.map(({ name }) => name.length));
    output.lines(
      agents.map(({ name, up, waiting, running, lastSeen, unavailable }) => {
        const seen =
          lastSeen === null ? 'never seen' : `seen ${elapsed(Math.max(0, now - lastSeen))} ago`;
        const why = unavailable === null ? '' : `, ${unavailable}`;
        return `${up ? '✓' : '✗'} ${name.padEnd(width)}  ${up ? 'up' : 'down'}, ${waiting} waiting, ${running} running, ${seen}${why}`;
      }),
    );
    return EXIT.ok;
  },
};

const isoOrNull = (at: number | null): string | null =>
  at === null ? null : new Date(at).toISOString();
