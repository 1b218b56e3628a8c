/**
 * Found by simulation: an engine was killed after it had written a record and before the sync. The
 * next one read the record from the system's memory, built on it in a segment of its own, and then
 * the power went: the later record was on disk, the earlier one was not, and the journal would not
 * open any more.
 */
import { expect, test } from 'vitest';
import { createFileJournal } from '../../src/journal/file-journal.ts';
import type { Journal } from '../../src/journal/journal.ts';
import { createMachine } from '../support/host/machine.ts';
import type { MachineProcess } from '../support/host/machine.ts';
import { createVirtualTime, settled } from '../support/host/virtual-time.ts';
import { createRandom } from '../support/random.ts';

const SEEDS = 40;

test('what an engine builds on is on disk before it does', async () => {
  for (let seed = 1; seed <= SEEDS; seed += 1) {
    const random = createRandom(seed);
    const time = createVirtualTime(random.fork());
    const machine = createMachine(time, random, Date.UTC(2026, 10, 24));
    machine.disk.makeFolder('/station/.3ox');
    const open = ({ host }: MachineProcess, epoch: number): Promise<Journal<string>> =>
      createFileJournal({
        folder: '/station/.3ox',
        epoch,
        files: host.files,
        clock: host.clock,
        parseEvent: String,
      });
    const record = (run: string) => ({ run, events: ['x'.repeat(50)], cause: 'c', at: 1 });

    const first = machine.start('first');
    const killed = await open(first, 1);
    killed.append(record('a'), 0).catch(() => undefined);
    // Written by now, and its sync has begun.
    await settled();
    first.kill();

    const next = await open(machine.start('next'), 2);
    const appended = { done: false };
    void next.append(record('b'), 0).then(() => (appended.done = true));
    while (!appended.done) {
      await settled();
      await time.step();
    }
    machine.cutPower();

    const last = await open(machine.start('last'), 3);
    const runs: string[] = [];
    for await (const { run } of last.replay()) runs.push(run);
    expect(runs, `seed ${seed}`).toEqual(['a', 'b']);
  }
});
