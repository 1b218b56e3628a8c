/**
 * The agent host as a process: `main --station <folder> [--agent <NAME>]…`.
 *
 * Lives as long as whoever started it: its stdin is held open by its parent, and the end of it, or
 * SIGTERM or SIGINT, makes it give back what it holds and go. `--alone` is for hosts without one.
 */
import { errorMessage } from '../../lib/error-code.ts';
import { parseArgs } from 'node:util';
import { createLogger } from '../../lib/logger.ts';
import type { LogLevel } from '../../lib/logger.ts';
import { createRunHistory } from '../../station/run-history.ts';
import { queueFolders } from '../file-queue/folders.ts';
import { inventoryAgents } from '../inventory/index.ts';
import { loadAgentRegistry, registryProblemText } from '../registry.ts';
import { runAgentHost } from './host.ts';

const LEVELS: readonly LogLevel[] = ['debug', 'info', 'warn', 'error', 'silent'];

const main = async (): Promise<void> => {
  const { values } = parseArgs({
    options: {
      station: { type: 'string' },
      agent: { type: 'string', multiple: true },
      alone: { type: 'boolean' },
      'log-level': { type: 'string' },
      'max-bytes': { type: 'string' },
    },
  });
  const { station } = values;
  if (station === undefined) throw new Error('Name the station: --station <folder>');
  const level = LEVELS.find((known) => known === values['log-level']) ?? 'warn';
  const logger = createLogger({ name: 'agents', level });
  const { registry, problems } = await loadAgentRegistry(queueFolders(station).registry);
  for (const problem of problems) logger.error({ problem }, registryProblemText(problem));

  const largest = Number(values['max-bytes'] ?? '');
  const host = await runAgentHost({
    station,
    agents: values.agent ?? 'all',
    builtin: inventoryAgents,
    registry,
    openHistory: createRunHistory,
    environment: process.env,
    logger,
    ...(largest > 0 ? { limits: { answer: largest } } : {}),
  });

  let stopping = false;
  const stop = (): void => {
    if (stopping) return;
    stopping = true;
    void host.stop().finally(() => process.exit(0));
  };
  process.on('SIGTERM', stop);
  process.on('SIGINT', stop);
  if (values.alone === true) {
    // Timers and watchers of the host do not keep a process alive by themselves.
    setInterval(() => undefined, 60_000);
    return;
  }
  process.stdin.on('end', stop).on('close', stop).on('error', stop).resume();
};

main().catch((error: unknown) => {
  process.stderr.write(`${errorMessage(error)}\n`);
  process.exit(1);
});
