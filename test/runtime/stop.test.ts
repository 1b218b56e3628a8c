/** Stopping the engine in the middle of things: nothing reaches the journal after, nothing is lost. */
import { expect, it } from 'vitest';
import { definition, simple } from '../support/definition.ts';
import { createWorld, someone } from '../support/runtime.ts';

const chain = definition({
  tasks: [
    simple('log', { executor: { kind: 'function', name: 'log_to_incident' } }),
    simple('report', {
      executor: { kind: 'function', name: 'generate_incident' },
      dependsOn: ['log'],
    }),
  ],
});

it('lets what is under way land, begins nothing more, and the next start goes on', async () => {
  const world = await createWorld({ definitions: [chain] });
  const { engine, clock, stops } = world;
  const started = await engine.start({
    workflow: chain.id,
    version: null,
    input: {},
    by: someone,
    key: null,
    origin: null,
  });
  if (started.type !== 'started') throw new Error(JSON.stringify(started));
  const { run } = started.view;
  await engine.stop();
  const records = (await world.journal.read(run)).length;
  await clock.advance(10_000);
  expect(await world.journal.read(run)).toHaveLength(records);
  expect(stops).toEqual([]);
  await expect(engine.recordMessage(run, 'card', 'x')).rejects.toThrow('it was stopped');

  const next = await world.restart();
  await next.clock.advance(10);
  expect((await next.engine.view(run))?.status).toBe('COMPLETED');
});
