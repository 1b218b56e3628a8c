/**
 * Found by simulation: somebody asked something of an archived run that was refused, or changed
 * nothing. The run had been brought back into memory for that, and stayed there until the next
 * start: never archived again, and in no state file.
 */
import { expect, it } from 'vitest';
import { definition, simple } from '../support/definition.ts';
import { createWorld, someone } from '../support/runtime.ts';

it('a run brought back from the archive for nothing is shown, and archived again', async () => {
  const world = await createWorld({
    definitions: [definition({ tasks: [simple('only')] })],
    archiveAfter: 5_000,
  });
  const { engine, clock } = world;
  const asked = { workflow: 'test-flow', version: null, input: {}, key: null, origin: null };
  const started = await engine.start({ ...asked, by: someone });
  if (started.type !== 'started') throw new Error(JSON.stringify(started));
  const { run } = started.view;
  await engine.operate({ type: 'cancel', run, note: null }, someone);
  await clock.advance(5_001);
  expect(engine.live()).toEqual([]);

  // Nobody signals a run that has ended.
  const refused = await engine.operate(
    { type: 'signal', run, name: 'go', output: null, note: null },
    someone,
  );
  expect(refused.type).toBe('rejected');
  expect(engine.live().map((view) => view.run)).toEqual([run]);
  expect([...world.shown.keys()]).toEqual([run]);

  await clock.advance(5_001);
  expect(engine.live()).toEqual([]);
  expect([...world.shown.keys()]).toEqual([]);
});
