import { expect, test } from 'vitest';
import { createManualClock } from '../../src/lib/manual-clock.ts';
import { createPace } from '../../src/lib/pace.ts';

/** A clock on which only what `spend` says takes time. */
const laboured = () => {
  const clock = createManualClock(0);
  let spent = 0;
  return {
    clock,
    spend: (ms: number) => void (spent += ms),
    spent: () => spent,
    time: { ...clock, monotonic: () => clock.now() + spent },
  };
};

/** Lets promises settle. */
const settle = () => new Promise((resolve) => setImmediate(resolve));

test('work rests as often as it was told to, however much there is of it', async () => {
  const { clock, spend, spent, time } = laboured();
  const pace = createPace(time, 19);
  const done: number[] = [];
  const all = pace.each([1, 2, 3, 4], (item) => {
    spend(1);
    done.push(item);
  });
  const seen: number[] = [];
  for (let step = 0; step < 4; step += 1) {
    await settle();
    seen.push(done.length);
    await clock.advance(19);
  }
  await all;
  expect(seen).toEqual([1, 2, 3, 4]);
  expect(spent()).toBe(4);
  // The rest after the last item is the caller's to keep.
  expect(pace.owed()).toBeGreaterThanOrEqual(19);
});

test('small work does not rest, and a hurry ends the rest under way and all others', async () => {
  const { clock, spend, time } = laboured();
  const small = createPace(time, 19);
  await small.each([1, 2, 3], () => spend(0.1));
  expect(clock.next()).toBeNull();

  const pace = createPace(time, 19);
  const done: number[] = [];
  const all = pace.each([1, 2, 3], (item) => {
    spend(1);
    done.push(item);
  });
  await settle();
  expect(done).toEqual([1]);
  pace.hurry();
  await all;
  expect(done).toEqual([1, 2, 3]);
  expect(clock.next()).toBeNull();
});

test('a process that was suspended in its work does not rest for as long again', () => {
  const { spend, time } = laboured();
  const pace = createPace(time, 19);
  spend(60_000);
  expect(pace.owed()).toBe(10_000);
});
