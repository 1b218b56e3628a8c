/**
 * Found by simulation: a finished run was retried, and before the retry was on disk its time to be
 * archived had come. It was taken out of memory as FAILED; the retry was acknowledged, its tasks were
 * offered, and their answers were for a run that nobody knew.
 */
import { expect, it } from 'vitest';
import { definition, simple } from '../support/definition.ts';
import { createWorld, someone } from '../support/runtime.ts';

it('a run is not archived while a decision on it is on its way to the disk', async () => {
  let disk: Promise<void> = Promise.resolve();
  const world = await createWorld({
    definitions: [definition({ tasks: [simple('only')] })],
    archiveAfter: 5_000,
    sync: () => disk,
  });
  const { engine, clock, queue } = world;
  const asked = { workflow: 'test-flow', version: null, input: {}, key: null, origin: null };
  const started = await engine.start({ ...asked, by: someone });
  if (started.type !== 'started') throw new Error(JSON.stringify(started));
  const { run } = started.view;
  await engine.operate({ type: 'cancel', run, note: null, compensate: false }, someone);
  await clock.advance(4_999);

  let synced = (): void => undefined;
  disk = new Promise((resolve) => {
    synced = resolve;
  });
  const retried = engine.operate({ type: 'retry', run, note: null }, someone);
  await clock.advance(10);
  synced();
  expect((await retried).type).toBe('done');
  await clock.advance(0);
  expect(engine.live().map((view) => [view.run, view.status])).toEqual([[run, 'RUNNING']]);
  expect(queue.offered().map(({ task, attempt }) => [task, attempt])).toEqual([['only', 2]]);
});
