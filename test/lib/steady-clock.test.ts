import { expect, test } from 'vitest';
import { createSteadyClock } from '../../src/lib/steady-clock.ts';

const DAY = 86_400_000;

const bench = () => {
  const machine = { wall: 1_000_000, monotonic: 0 };
  const pass = (ms: number): void => {
    machine.wall += ms;
    machine.monotonic += ms;
  };
  const clock = createSteadyClock({
    now: () => machine.wall,
    monotonic: () => machine.monotonic,
    after: () => () => undefined,
  });
  return { machine, pass, clock };
};

test('a clock set back goes on counting until the wall clock has caught up', () => {
  const { machine, pass, clock } = bench();
  pass(500);
  machine.wall -= DAY;
  pass(3_000);
  expect(clock.now()).toBe(1_003_500);
  machine.wall += DAY;
  pass(1);
  expect(clock.now()).toBe(1_003_501);
});

test('a clock set forth is followed', () => {
  const { machine, clock } = bench();
  machine.wall += DAY;
  expect(clock.now()).toBe(1_000_000 + DAY);
});

test('what history has come to is not undone, unless it is days ahead', () => {
  const { pass, clock } = bench();
  expect(clock.notBefore(900_000)).toBe(0);
  expect(clock.notBefore(1_000_000 + DAY)).toBe(DAY);
  pass(10);
  expect(clock.now()).toBe(1_000_010 + DAY);
  expect(clock.notBefore(1_000_000 + 10 * DAY)).toBe(0);
  expect(clock.now()).toBe(1_000_010 + DAY);
});
