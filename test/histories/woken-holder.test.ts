/**
 * Found by stopping a real engine for longer than its lock lasts: when it woke it looked into the
 * response folder before it looked at its lock, and put the answer to a run it had never heard of
 * aside as foreign. The engine that had taken over never saw it.
 */
import { expect, test } from 'vitest';
import { openEngine, type OpenEngine } from '../../src/compose/open-engine.ts';
import { silentLogger } from '../../src/lib/logger.ts';
import { createMachine, type MachineProcess } from '../support/host/machine.ts';
import { createPlay } from '../support/host/play.ts';
import { createVirtualTime } from '../support/host/virtual-time.ts';
import { createRandom } from '../support/random.ts';

const DEFINITION = `workflow:
  id: one
  version: 1
  tasks:
    - {id: work, assigned_to: A}
`;

test('a holder that was suspended leaves answers to the one that took over', async () => {
  const random = createRandom(1);
  const time = createVirtualTime(random.fork());
  const machine = createMachine(time, random, Date.UTC(2026, 10, 24));
  const folder = '/station/.3ox.index/CORE/WORKFLOWS';
  machine.disk.makeFolder(folder);
  machine.disk.put(`${folder}/one.workflow.yaml`, Buffer.from(DEFINITION));
  const stopped: string[] = [];

  const { during, goOnFor } = createPlay(time);
  const open = (process: MachineProcess): Promise<OpenEngine> =>
    openEngine({
      station: '/station',
      config: { secrets: {} },
      logger: silentLogger,
      agents: 'none',
      address: null,
      host: process.host,
      onStopped: () => stopped.push(process.name),
    });

  const first = machine.start('first');
  await during(open(first));
  first.stop();
  await goOnFor(10_000);
  const second = machine.start('second');
  const { engine } = await during(open(second));
  const started = await during(
    engine.start({
      workflow: 'one',
      version: null,
      input: {},
      by: { user: 'cli', name: 'cli', roles: [], channel: null, local: true },
      key: 'k',
      origin: { face: 'cli' },
    }),
  );
  if (started.type !== 'started') throw new Error(JSON.stringify(started));
  const { run } = started.view;
  await goOnFor(1_000);

  second.stop();
  const answer = { workflow_id: run, task_id: 'work', agent: 'A', status: 'success' };
  machine.disk.put(
    `/station/.3ox/response-queue/response-${run}-work.yaml`,
    Buffer.from(JSON.stringify({ header: answer, payload: { ok: true } })),
  );
  first.goOn();
  await goOnFor(3_000);
  expect(stopped).toEqual(['first']);
  second.goOn();
  await goOnFor(5_000);
  expect(machine.disk.list('/station/.3ox/queue/ignored')).toEqual([]);
  expect((await during(engine.view(run)))?.status).toBe('COMPLETED');
});
