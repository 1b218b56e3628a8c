/**
 * An agent host whose one agent answers with its payload, as a process of its own:
 * `queue-host.ts <station> <concurrency>`. Prints `ready`, ends with its stdin.
 */
import { runAgentHost } from '../src/agents/host/host.ts';

const [station = '.', concurrency = '1'] = process.argv.slice(2);
const host = await runAgentHost({
  station,
  agents: 'all',
  builtin: [
    {
      name: 'ECHO_AGENT',
      description: 'Answers with its payload',
      concurrency: Number(concurrency),
      handle: (payload) => Promise.resolve(payload),
    },
  ],
  registry: new Map(),
  openHistory: () => ({ summary: () => Promise.reject(new Error('there is no history here')) }),
  environment: {},
});
console.log('ready');
process.stdin.on('end', () => void host.stop()).resume();
