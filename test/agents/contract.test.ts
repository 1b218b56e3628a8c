/** Every kind of agent keeps the same contract. */
import { spawn } from 'node:child_process';
import type { ChildProcess } from 'node:child_process';
import { createRequire } from 'node:module';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { superviseAgentHost } from '../../src/agents/host/supervise.ts';
import type { SuperviseOptions } from '../../src/agents/host/supervise.ts';
import { silentLogger } from '../../src/lib/logger.ts';
import { agentContract, MOST_BYTES } from '../contracts/agent.ts';
import type { Workers } from '../contracts/agent.ts';
import { powerShell } from '../support/powershell.ts';

const actors = join(import.meta.dirname, '..', 'support', 'actors');
const tsx = ['--import', pathToFileURL(createRequire(import.meta.url).resolve('tsx')).href];

const host = async (
  station: string,
  environment: SuperviseOptions['environment'] = process.env,
): Promise<Workers> => {
  const supervised = await superviseAgentHost({
    station,
    logger: silentLogger,
    environment,
    backoff: { first: 50, longest: 400 },
    command: [process.execPath, ...tsx, join(actors, 'host.ts'), station, String(MOST_BYTES)],
  });
  return { revive: () => Promise.resolve(), stop: () => supervised.stop() };
};

const fileAgent =
  (name: string, how: 'plain' | 'leases') =>
  async (station: string): Promise<Workers> => {
    let child: ChildProcess;
    const start = async (): Promise<void> => {
      const args = [...tsx, join(actors, 'file.ts'), station, name, how];
      const started = spawn(process.execPath, args, { stdio: ['ignore', 'pipe', 'inherit'] });
      child = started;
      await new Promise((resolve) => started.stdout.once('data', resolve));
    };
    await start();
    return {
      async revive() {
        if (child.exitCode === null && child.signalCode === null) {
          await new Promise((resolve) => child.once('exit', resolve));
        }
        await start();
      },
      async stop() {
        child.kill('SIGKILL');
      },
    };
  };

/** An entry and the same one with a limit of 600 ms. */
const withBrisk = (name: string, entry: object) => ({
  [name]: { ...entry, concurrency: 4 },
  [`${name}_BRISK`]: { ...entry, timeout: '600ms' },
});

agentContract('builtin', {
  agent: 'ACTOR_BUILTIN',
  brisk: 'ACTOR_BUILTIN_BRISK',
  registry: withBrisk('ACTOR_BUILTIN', { kind: 'builtin' }),
  start: (station) => host(station),
  death: 'again',
  rubbish: 'fails',
  failsWithOutput: true,
  stops: true,
});

agentContract('command, a process for each task', {
  agent: 'ACTOR_COMMAND',
  brisk: 'ACTOR_COMMAND_BRISK',
  registry: withBrisk('ACTOR_COMMAND', {
    kind: 'command',
    command: ['node', join(actors, 'command.mjs')],
  }),
  start: (station) => host(station),
  death: 'fails',
  rubbish: 'fails',
  failsWithOutput: true,
  stops: true,
});

agentContract('command, long-lived', {
  agent: 'ACTOR_LINES',
  brisk: 'ACTOR_LINES_BRISK',
  registry: withBrisk('ACTOR_LINES', {
    kind: 'command',
    protocol: 'jsonl',
    command: ['node', join(actors, 'jsonl.mjs')],
  }),
  start: (station) => host(station),
  death: 'fails',
  rubbish: 'fails',
  failsWithOutput: true,
  stops: true,
});

const shell = powerShell('the contract of powershell agents');
if (shell !== null) {
  agentContract(`powershell, by ${shell.type}`, {
    agent: 'ACTOR_POWERSHELL',
    brisk: 'ACTOR_POWERSHELL_BRISK',
    registry: withBrisk('ACTOR_POWERSHELL', {
      kind: 'powershell',
      script: join(actors, 'actor.ps1'),
      function: 'Invoke-Act',
    }),
    start: (station) => host(station, shell.environment),
    death: 'fails',
    rubbish: 'does no harm',
    failsWithOutput: false,
    stops: true,
  });
}

agentContract('file, by the guide', {
  agent: 'ACTOR_FILE',
  brisk: null,
  registry: { ACTOR_FILE: { kind: 'file', inline: true } },
  start: fileAgent('ACTOR_FILE', 'plain'),
  death: 'again',
  rubbish: 'is put aside',
  failsWithOutput: true,
  stops: false,
});

agentContract('file, with leases', {
  agent: 'ACTOR_LEASED',
  brisk: null,
  registry: { ACTOR_LEASED: { kind: 'file', inline: true } },
  start: fileAgent('ACTOR_LEASED', 'leases'),
  death: 'expires',
  rubbish: 'is put aside',
  failsWithOutput: true,
  stops: true,
});
