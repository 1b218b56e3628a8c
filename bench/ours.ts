/**
 * The same five tasks on this engine, as a process of its own:
 * `ours.ts <station> <runs>`; prints one JSON line. Journal, sync, leases and agent process
 * are the ones of `npm start`.
 */
import { join } from 'node:path';
import { projectFolder } from '../src/lib/project-folder.ts';
import { readAgentHealth } from '../src/agents/host/health.ts';
import { openEngine } from '../src/compose/open-engine.ts';
import { readConfig } from '../src/config.ts';
import { silentLogger } from '../src/lib/logger.ts';

const LAST_AGENT = 'RECEIPT_GENERATOR_AGENT';
const [station = '.', runs = '1'] = process.argv.slice(2);
const input: unknown = JSON.parse(process.env['BENCH_INPUT'] ?? '{}');
const open = await openEngine({
  station,
  config: readConfig(station),
  logger: silentLogger,
  agents: 'supervised',
  address: null,
  workflowFolders: [join(projectFolder(), 'bench', 'definitions')],
});
const { engine } = open;

const given = Object.fromEntries(
  Object.entries(input as Record<string, string>).map(([name, text]) => [
    name,
    { type: 'text' as const, text },
  ]),
);
const waiting = new Set<string>();
const status = new Map<string, string>();
// The guide's agents are up before its clock begins, and so are ours.
while (!(await readAgentHealth(station)).some(({ name, up }) => name === LAST_AGENT && up)) {
  await new Promise((resolve) => setTimeout(resolve, 20));
}
const begun = performance.now();
const done = new Promise<void>((resolve) => {
  engine.subscribe(({ view }) => {
    if (view.ended_at === null || !waiting.delete(view.run)) return;
    status.set(view.run, view.status);
    if (status.size === Number(runs)) resolve();
  });
});
const by = { user: 'os:bench', name: 'bench', roles: [], channel: null, local: true };
for (let index = 0; index < Number(runs); index += 1) {
  const started = await engine.start({
    workflow: 'bench-inventory',
    version: null,
    input: given,
    by,
    key: null,
    origin: null,
  });
  if (started.type !== 'started') throw new Error(JSON.stringify(started));
  waiting.add(started.view.run);
}
await done;
const ms = performance.now() - begun;
const completed = [...status.values()].filter((value) => value === 'COMPLETED').length;
console.log(JSON.stringify({ ms, completed, lost: Number(runs) - completed }));
await open.stop();
