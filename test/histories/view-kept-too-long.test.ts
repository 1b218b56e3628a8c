/**
 * Found by simulation (seed 520268): an item's view was made while its run waited for a place, and
 * kept. When the run had its place, the item was still shown as waiting for it, until it began; the
 * same state read back from the journal was shown right.
 */
import { expect, it } from 'vitest';
import { viewOf } from '../../src/engine/view.ts';
import { each, simple, workflow } from '../support/engine-definitions.ts';
import { start } from '../support/engine.ts';

it('what an item waits for is not kept from when its run had no place', () => {
  const { state } = start(workflow([each('e', simple('e'), { concurrency: 1 })]), {
    items: ['a', 'b', 'c'],
  });
  const waitsOf = (of: typeof state) =>
    viewOf(of, { version: 1 }).tasks.map(({ id, waiting_for }) => [
      id,
      waiting_for?.detail ?? null,
    ]);
  const held = { ...state, needsPlace: true };
  const before = waitsOf(held);
  const after = waitsOf(state);
  expect(after).toEqual(waitsOf(structuredClone(state)));
  expect(after).not.toEqual(before);
});
