/** Bursts are worked off in turns: bounded, fair, in order, and without holding up anybody else. */
import { expect, test } from 'vitest';
import { createTurns } from '../../../src/agents/file-queue/turns.ts';

const turn = (): Promise<void> => new Promise((resolve) => void setImmediate(resolve));

/** Pieces that end when they are told to, or at once when `ending`. */
const bench = (most: number, cost = 0) => {
  let now = 0;
  const begun: string[] = [];
  const ends: (() => void)[] = [];
  const turns = createTurns({ monotonic: () => (now += cost) }, most);
  return {
    begun,
    run: (kind: string, name: string) =>
      turns.run(kind, () => {
        begun.push(name);
        return new Promise<void>((resolve) => void ends.push(resolve));
      }),
    now: (kind: string, name: string) => turns.run(kind, () => void begun.push(name)),
    endOne: async () => {
      ends.shift()?.();
      await turn();
    },
    turns,
  };
};

test('a lone piece begins at once', () => {
  const { begun, now } = bench(1);
  void now('a', 'a1');
  expect(begun).toEqual(['a1']);
});

test('no more are under way than may be, and the kinds take turns', async () => {
  const { begun, run, endOne } = bench(2);
  for (let at = 1; at <= 5; at += 1) void run('a', `a${at}`);
  void run('b', 'b1');
  void run('b', 'b2');
  expect(begun).toEqual(['a1', 'a2']);
  await endOne();
  await endOne();
  expect(begun).toEqual(['a1', 'a2', 'a3', 'b1']);
  for (let at = 0; at < 7; at += 1) await endOne();
  expect(begun).toEqual(['a1', 'a2', 'a3', 'b1', 'a4', 'b2', 'a5']);
});

test('others have a turn in between, however much waits', async () => {
  const { begun, now } = bench(8, 1);
  const all = Array.from({ length: 20 }, (_, at) => now('a', `a${at}`));
  const seen: number[] = [];
  while (begun.length < 20) {
    seen.push(begun.length);
    await turn();
  }
  await Promise.all(all);
  expect(seen.length).toBeGreaterThanOrEqual(5);
  expect(begun).toEqual(all.map((_, at) => `a${at}`));
});

test('one that fails is told and holds up nobody', async () => {
  const { begun, now, turns } = bench(1);
  const failed = turns.run('a', () => Promise.reject(new Error('no')));
  const after = now('a', 'a2');
  await expect(failed).rejects.toThrow('no');
  await after;
  expect(begun).toEqual(['a2']);
});
