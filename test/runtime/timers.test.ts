/** Deadlines are of the wall clock; whatever is done to it, they are met within a minute. */
import { expect, test } from 'vitest';
import type { RunId } from '../../src/engine/ids.ts';
import { createManualClock } from '../../src/lib/manual-clock.ts';
import { createTimers } from '../../src/runtime/timers.ts';
import { definition, simple } from '../support/definition.ts';
import { start, START } from '../support/engine.ts';

const DAY = 86_400_000;

/** A run whose one task times out an hour after it began, and a clock that can be set. */
const prepared = () => {
  const manual = createManualClock(START);
  let set = 0;
  const clock = { ...manual, now: () => manual.now() + set };
  const fired: RunId[] = [];
  const timers = createTimers({ clock, fire: (run) => void fired.push(run) });
  const work = simple('work', { timeout: 3_600_000 });
  const { state } = start(definition({ tasks: [work] }));
  timers.follow(state);
  return { manual, fired, timers, jump: (by: number) => void (set += by) };
};

test('a clock set a day forth: what is due is noticed within a minute', async () => {
  const { manual, fired, jump } = prepared();
  jump(DAY);
  expect(fired).toEqual([]);
  await manual.advance(60_000);
  expect(fired).toHaveLength(1);
});

test('a clock set a day back: nothing is due too early, and all is when its time comes', async () => {
  const { manual, fired, jump } = prepared();
  jump(-DAY);
  await manual.advance(2 * 3_600_000);
  expect(fired).toEqual([]);
  await manual.advance(DAY);
  expect(fired).toHaveLength(1);
});

test('a clock that comes back before anybody looked changes nothing', async () => {
  const { manual, fired, jump } = prepared();
  jump(DAY);
  jump(-DAY);
  await manual.advance(3_599_000);
  expect(fired).toEqual([]);
  await manual.advance(1_000);
  expect(fired).toHaveLength(1);
});
