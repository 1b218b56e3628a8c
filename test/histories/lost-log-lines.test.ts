/**
 * Found by killing real engines: lines of the execution log that were not written yet when an engine
 * was killed never were. The log is made from the journal, so the next start writes what it lacks.
 */
import { expect, test } from 'vitest';
import { createMemoryStation, openMemoryStation } from '../support/host/memory-station.ts';
import { createPlay } from '../support/host/play.ts';

const LOG = '/station/.3ox/workflow.execution.log';

test.each([0, 1, 2, 3, 4])(
  'a start writes the lines that a killed engine left out, once: %i were there',
  async (kept) => {
    const { time, machine } = createMemoryStation(1);
    const { during, goOnFor } = createPlay(time);
    const log = (): readonly string[] =>
      (machine.disk.read(LOG)?.toString() ?? '').split('\n').slice(0, -1);

    let process = machine.start('first');
    const { engine } = await during(openMemoryStation(process.host));
    for (const key of ['a', 'b']) {
      const by = { user: 'cli', name: 'cli', roles: [], channel: null, local: true };
      const request = { workflow: 'one', version: null, input: {}, by, origin: null };
      expect((await during(engine.start({ ...request, key }))).type).toBe('started');
    }
    await goOnFor(1_000);
    const whole = log();
    expect(whole).toHaveLength(4);
    process.kill();
    const half = kept < whole.length ? (whole[kept] ?? '').slice(0, 30) : '';
    machine.disk.put(LOG, Buffer.from([...whole.slice(0, kept), half].join('\n')));

    process = machine.start('second');
    await during(openMemoryStation(process.host));
    await goOnFor(1_000);
    expect(log()).toEqual(whole);
  },
);
