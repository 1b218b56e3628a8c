/**
 * Found on a full disk: a command that could not open the station said so and then never ended.
 * What had been started of the engine, and of its files, went on by itself.
 */
import { expect, test } from 'vitest';
import { createFaultyFiles, failNth } from '../support/host/faulty-files.ts';
import { createMemoryMachine, openMemoryStation } from '../support/host/memory-station.ts';
import { settled } from '../support/host/virtual-time.ts';

/** Opens and closes a station whose `at`-th file call, and every later one, fails; tells what is left. */
const openFailing = async (at: number) => {
  const { time, machine } = createMemoryMachine(at);
  const fault = failNth(at, 'ENOSPC', true);
  const { host } = machine.start('bridge', (files) => createFaultyFiles(files, fault.rule));
  const outcome: ('opened' | 'refused')[] = [];
  openMemoryStation(host)
    .then(async (open) => {
      await open.stop();
      outcome.push('opened');
    })
    .catch(() => outcome.push('refused'));
  const turn = async (): Promise<void> => {
    await settled();
    await time.step();
  };
  for (let turns = 0; outcome.length === 0 && turns < 2_000; turns += 1) await turn();
  // What is under way ends; what would go on for ever is still there after this.
  for (let turns = 0; turns < 20; turns += 1) await turn();
  return { outcome: outcome[0], calls: fault.calls(), left: time.next() };
};

test('wherever a start fails, it is over then: nothing of it goes on', async () => {
  let refused = 0;
  for (let at = 1; ; at += 1) {
    const { outcome, calls, left } = await openFailing(at);
    expect({ at, outcome, left }).toEqual({ at, outcome: expect.any(String), left: null });
    if (outcome === 'refused') refused += 1;
    if (calls < at) break;
  }
  expect(refused).toBeGreaterThan(50);
});
