/** The round trip of a small task through the queue's files, for every kind of agent. */
import { spawn, spawnSync } from 'node:child_process';
import { once } from 'node:events';
import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { projectFolder } from '../../src/lib/project-folder.ts';
import type { JsonObject } from '../../src/lib/json.ts';
import { openAgentRig } from '../lib/agent-rig.ts';
import { shown, table, type Figure } from '../lib/figure.ts';
import { interleaved, ratios } from '../lib/rounds.ts';
import { hasPowerShell } from '../lib/shell.ts';

/** Tasks one after the other in a round of each kind. */
const TRIPS = 20;
const PAYLOAD = { violations: [], text: 'a small payload', list: [1, 2, 3] };

export const roundTripFigures = async (
  station: string,
  rounds: number,
): Promise<readonly Figure[]> => {
  const worker = join(projectFolder(), 'bench', 'baseline', 'echo-worker.mjs');
  const echo = ['node', '-e', 'process.stdin.pipe(process.stdout)'];
  const withShell = hasPowerShell('the round trip of a powershell agent');
  const script = '.3ox/agents/same.ps1';
  await writeFile(join(station, script), 'function Get-Same { param($Task) return $Task }\n');
  const rig = await openAgentRig(station, {
    NODE_ECHO: { kind: 'command', command: echo },
    SHELL_ECHO: { kind: 'command', command: ['cat'] },
    LINES_ECHO: { kind: 'command', protocol: 'jsonl', command: ['node', worker] },
    ...(withShell ? { SHELL_FUNCTION: { kind: 'powershell', script, function: 'Get-Same' } } : {}),
    FILE_ECHO: { kind: 'file', inline: true },
    LEASED_ECHO: { kind: 'file', inline: true },
  });
  const program = fileURLToPath(new URL('../baseline/echo-file-agent.js', import.meta.url));
  const agents = ['guide', 'leased'].map((how) =>
    spawn(process.execPath, [program, station, how], { stdio: ['ignore', 'pipe', 'inherit'] }),
  );
  try {
    await Promise.all(agents.map((agent) => once(agent.stdout, 'data')));
    const trips = (name: string) => async (): Promise<number> => {
      const begun = performance.now();
      for (let trip = 0; trip < TRIPS; trip += 1) await rig.call(name, PAYLOAD);
      return (performance.now() - begun) / TRIPS;
    };
    const contenders: Readonly<Record<string, () => Promise<number> | number>> = {
      'built-in': trips('RECOMMENDATION_AGENT'),
      'command, long-lived': trips('LINES_ECHO'),
      ...(withShell ? { powershell: trips('SHELL_FUNCTION') } : {}),
      'command, a process a task (cat)': trips('SHELL_ECHO'),
      'command, a process a task (node)': trips('NODE_ECHO'),
      'file, with leases': trips('LEASED_ECHO'),
      'file, by the guide': trips('FILE_ECHO'),
      'the bare process (node)': () => bare(echo, PAYLOAD),
    };
    const times = await interleaved(rounds, contenders);
    const of = (name: string): readonly number[] => times[name] ?? [];
    const base = of('built-in');
    console.log(`round trip of a task, ${TRIPS} one after the other in each of ${rounds} rounds\n`);
    console.log(
      table([
        ['agent', 'ms a task: median (min..max)', 'to built-in'],
        ...Object.entries(times).map(([name, values]) => [
          name,
          shown(values),
          shown(ratios(values, base), 'x'),
        ]),
      ]),
    );
    return [
      {
        quantity: 'round trip, long-lived command agent',
        comparedWith: 'a built-in agent',
        reach: { atMost: 2 },
        values: ratios(of('command, long-lived'), base),
        unit: 'x',
      },
      {
        quantity: 'round trip, a process a task (node)',
        comparedWith: 'the bare process, started and fed by hand',
        reach: { atMost: 2 },
        values: ratios(of('command, a process a task (node)'), of('the bare process (node)')),
        unit: 'x',
      },
    ];
  } finally {
    for (const agent of agents) agent.kill('SIGKILL');
    await rig.close();
  }
};

/** ms for one of several processes that do the same without any bridge. */
const bare = ([, ...args]: readonly string[], payload: JsonObject): number => {
  const begun = performance.now();
  for (let trip = 0; trip < TRIPS; trip += 1) {
    const { status } = spawnSync(process.execPath, args, { input: JSON.stringify(payload) });
    if (status !== 0) throw new Error('The bare process failed');
  }
  return (performance.now() - begun) / TRIPS;
};
