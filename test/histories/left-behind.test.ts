/**
 * Found by simulation: what a power cut or a kill leaves lay there for ever. A torn task file of a
 * run that is over, a draft of a killed writer, a state file that is torn or shows runs long gone.
 */
import { expect, test } from 'vitest';
import { openEngine } from '../../src/compose/open-engine.ts';
import { silentLogger } from '../../src/lib/logger.ts';
import { createMachine } from '../support/host/machine.ts';
import { createVirtualTime, settled } from '../support/host/virtual-time.ts';
import { createRandom } from '../support/random.ts';

test('a start clears away what is torn and left, and leaves what is not its own', async () => {
  const random = createRandom(1);
  const time = createVirtualTime(random.fork());
  const machine = createMachine(time, random, Date.UTC(2026, 10, 24));
  const put = (path: string, text: string): void =>
    machine.disk.put(`/station/.3ox/${path}`, Buffer.from(text));
  const run = 'wf-1795510800000-abcdefghi';
  put(`task-queue/task-${run}-torn.yaml`, 'header: {workflow_id: "wf');
  put(`task-queue/task-${run}-empty.yaml`, '');
  put('task-queue/notes.txt', 'somebody’s own');
  put('queue/tmp/old-draft', 'half');
  put('workflow.state.yaml', `${run}: {status: RUNN`);
  time.after(120_000, () => undefined);
  await time.step();
  put('queue/tmp/new-draft', 'being written by an agent');

  let up = false;
  const opening = openEngine({
    station: '/station',
    config: { secrets: {} },
    logger: silentLogger,
    agents: 'none',
    address: null,
    host: machine.start('bridge').host,
  }).finally(() => (up = true));
  const end = time.now() + 10_000;
  for (let now = time.now(); now < end; now = time.now()) {
    await settled();
    await time.step();
  }
  expect(up).toBe(true);
  await opening;
  expect(machine.disk.list('/station/.3ox/task-queue')).toEqual(['notes.txt']);
  expect(machine.disk.list('/station/.3ox/queue/tmp')).toEqual(['new-draft']);
  expect(machine.disk.read('/station/.3ox/workflow.state.yaml')?.toString()).toBe('{}\n');
});
