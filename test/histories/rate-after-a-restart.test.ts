/**
 * Found by simulation: a definition lets so many of its runs begin per duration. After a restart only
 * those that were still open counted: what had begun and was over, or waited to begin again, was
 * forgotten, and more began than allowed.
 */
import { expect, it } from 'vitest';
import { definition, simple } from '../support/definition.ts';
import { createWorld, someone } from '../support/runtime.ts';
import type { World } from '../support/runtime.ts';

const start = async ({ engine, clock }: World): Promise<string> => {
  const asked = { workflow: 'test-flow', version: null, input: {}, key: null, origin: null };
  const started = await engine.start({ ...asked, by: someone });
  if (started.type !== 'started') throw new Error(JSON.stringify(started));
  await clock.advance(0);
  return started.view.run;
};

const cases: readonly (readonly [string, number])[] = [
  ['in memory', 60_000],
  ['in the archive', 1_000],
];

it.each(cases)('a run that is over, %s, counts after a restart', async (_where, archiveAfter) => {
  const rate = { count: 1, per: 3_600_000 };
  const world = await createWorld({
    definitions: [definition({ tasks: [simple('only')], rate })],
    archiveAfter,
  });
  const first = await start(world);
  expect(world.queue.offered()).toHaveLength(1);
  await world.engine.operate({ type: 'cancel', run: first, note: null }, someone);
  await world.clock.advance(2_000);

  const next = await world.restart();
  await start(next);
  expect(next.queue.offered()).toEqual([]);
  await next.clock.advance(3_600_000);
  expect(next.queue.offered()).toHaveLength(1);
});
