/**
 * Found by stopping a real engine for longer than its lock lasts: when it woke it looked into the
 * response folder before it looked at its lock, and put the answer to a run it had never heard of
 * aside as foreign. The engine that had taken over never saw it.
 */
import { expect, test } from 'vitest';
import type { OpenEngine } from '../../src/compose/open-engine.ts';
import type { MachineProcess } from '../support/host/machine.ts';
import { createMemoryStation, openMemoryStation } from '../support/host/memory-station.ts';
import { createPlay } from '../support/host/play.ts';

test('a holder that was suspended leaves answers to the one that took over', async () => {
  const { time, machine } = createMemoryStation(1);
  const stopped: string[] = [];

  const { during, goOnFor } = createPlay(time);
  const open = (process: MachineProcess): Promise<OpenEngine> =>
    openMemoryStation(process.host, () => void stopped.push(process.name));

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
