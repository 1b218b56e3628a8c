import * as fc from 'fast-check';
import { expect, test } from 'vitest';
import { hasName, withName, type NameSet } from '../../src/engine/name-set.ts';

const setOf = (names: readonly string[]): NameSet => names.reduce<NameSet>(withName, []);

test('a set has the names that were added, and no others', () => {
  fc.assert(
    fc.property(fc.uniqueArray(fc.string(), { maxLength: 300 }), fc.string(), (names, other) => {
      const set = setOf(names);
      for (const name of names) expect(hasName(set, name)).toBe(true);
      expect(hasName(set, other)).toBe(names.includes(other));
    }),
  );
});

test('adding a name leaves the earlier set as it was', () => {
  const names = Array.from({ length: 200 }, (_, number) => `answer-${number}`);
  let set: NameSet = [];
  for (const name of names) {
    const text = JSON.stringify(set);
    const next = withName(set, name);
    expect(JSON.stringify(set)).toBe(text);
    set = next;
  }
});

test('among ten thousand names an addition copies two short lists', () => {
  const set = setOf(Array.from({ length: 10_000 }, (_, number) => `answer-${number}`));
  expect(set.length).toBeLessThanOrEqual(4096);
  expect(Math.max(...set.map(({ length }) => length))).toBeLessThan(60);
});
