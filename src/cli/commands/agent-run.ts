import { runAgentHost } from '../../agents/host/host.ts';
import { inventoryAgents } from '../../agents/inventory/index.ts';
import { readRegistry } from '../../agents/registry.ts';
import { stopSignal } from '../../compose/stop-signal.ts';
import { suggest } from '../../../grammar/suggest.ts';
import { createRunHistory } from '../../station/run-history.ts';
import { layoutOf } from '../../station/layout.ts';
import { readSettings } from '../../station/settings.ts';
import type { CliCommand } from '../cli-command.ts';
import { EXIT } from '../exit-codes.ts';
import { failure } from '../failure.ts';

/** A host for one agent, in this process: for debugging, and for agents on their own. */
export const command: CliCommand = {
  options: {},
  words: { least: 1, most: 1 },
  async run(context) {
    const { output } = context;
    const { root } = context.station();
    const layout = layoutOf(root);
    const settings = await readSettings(layout.settings);
    const registry = await readRegistry(layout.agents);
    const [name = ''] = context.words;
    const known = [...new Set([...inventoryAgents.map((agent) => agent.name), ...registry.keys()])];
    if (!known.includes(name)) {
      const [near] = suggest(name, known);
      const hint = near === undefined ? `known are ${known.join(', ')}` : `did you mean ${near}?`;
      return failure('AGENT_UNKNOWN', `No agent is called ${name}`, {
        exit: EXIT.notFound,
        at: name,
        hint,
      });
    }
    const stop = stopSignal();
    const host = await runAgentHost({
      station: root,
      agents: [name],
      builtin: inventoryAgents,
      registry,
      openHistory: createRunHistory,
      environment: process.env,
      logger: context.logger,
      limits: { answer: settings.limits.max_file_bytes },
    });
    output.note(`${name} works in ${root}; Ctrl-C ends it`);
    // Timers and watchers of the host do not keep a process alive by themselves.
    const alive = setInterval(() => undefined, 60_000);
    const code = await stop.asked;
    clearInterval(alive);
    await host.stop();
    return code;
  },
};
