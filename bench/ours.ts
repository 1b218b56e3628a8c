/**
 * The same five tasks on this engine, as a process of its own:
 * `ours.ts <station> <runs> <turns>`; prints one JSON line. Journal, sync, leases and agent process
 * are the ones of `npm start`.
 */
import { join } from 'node:path';
import { projectFolder } from '../src/lib/project-folder.ts';
import { readAgentHealth } from '../src/agents/host/health.ts';
import { openEngine } from '../src/compose/open-engine.ts';
import { readConfig } from '../src/config.ts';
import { silentLogger } from '../src/lib/logger.ts';

const LAST_AGENT = 'RECEIPT_GENERATOR_AGENT';
const [station = '.', runs = '1', turns = '1'] = process.argv.slice(2);
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
// The guide's agents are up and its definition read before its clock begins, and so are ours.
await engine.definitions.list();
while (!(await readAgentHealth(station)).some(({ name, up }) => name === LAST_AGENT && up)) {
  await new Promise((resolve) => setTimeout(resolve, 20));
}
const by = { user: 'os:bench', name: 'bench', roles: [], channel: null, local: true };
const statuses = new Map<string, string>();
let onEnd = (): void => undefined;
engine.subscribe(({ view }) => {
  if (view.ended_at === null || statuses.has(view.run)) return;
  statuses.set(view.run, view.status);
  onEnd();
});

/** Starts all runs of a turn and resolves with the ms until all have ended. */
const turn = async (): Promise<number> => {
  statuses.clear();
  const done = new Promise<void>((resolve) => {
    onEnd = () => {
      if (statuses.size === Number(runs)) resolve();
    };
  });
  const begun = performance.now();
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
  }
  await done;
  return performance.now() - begun;
};

const times: number[] = [];
let lost = 0;
for (let count = 0; count < Number(turns); count += 1) {
  times.push(await turn());
  lost += [...statuses.values()].filter((status) => status !== 'COMPLETED').length;
}
console.log(JSON.stringify({ times, lost }));
await open.stop();
