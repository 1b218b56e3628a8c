/** A station on a machine in memory, and the whole engine opened on it: for tests on virtual time. */
import { openEngine, type OpenEngine } from '../../../src/compose/open-engine.ts';
import type { Host } from '../../../src/lib/host/host.ts';
import { silentLogger } from '../../../src/lib/logger.ts';
import { createRandom } from '../random.ts';
import { createMachine } from './machine.ts';
import { createVirtualTime } from './virtual-time.ts';

const DEFINITION = 'workflow: {id: one, version: 1, tasks: [{id: work, assigned_to: A}]}\n';
const FOLDER = '/station/.3ox.index/CORE/WORKFLOWS';

/** A machine at an hour of its own, the same for a seed. */
export const createMemoryMachine = (seed: number) => {
  const random = createRandom(seed);
  const time = createVirtualTime(random.fork());
  return { time, machine: createMachine(time, random, Date.UTC(2026, 10, 24)) };
};

/** The same with the definition `one`, whose task `work` is for an agent A that nobody runs. */
export const createMemoryStation = (seed: number) => {
  const made = createMemoryMachine(seed);
  made.machine.disk.makeFolder(FOLDER);
  made.machine.disk.put(`${FOLDER}/one.workflow.yaml`, Buffer.from(DEFINITION));
  return made;
};

/** Opens `/station` without agents and without an address. */
export const openMemoryStation = (host: Host, onStopped?: () => void): Promise<OpenEngine> =>
  openEngine({
    station: '/station',
    config: { secrets: {} },
    logger: silentLogger,
    agents: 'none',
    address: null,
    host,
    ...(onStopped === undefined ? {} : { onStopped }),
  });
