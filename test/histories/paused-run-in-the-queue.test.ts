/**
 * Found by simulation (seed 174 of its time): a paused run waited for the only slot of an agent.
 * It headed the queue and could not be served, so every run behind it waited for ever; and when it
 * was resumed nobody looked at the queue again.
 */
import { expect, test } from 'vitest';
import { simple, workflow } from '../support/engine-definitions.ts';
import { createWorld, someone } from '../support/runtime.ts';

const request = (id: string) => ({
  workflow: id,
  version: null,
  input: {},
  by: someone,
  key: null,
  origin: null,
});

test('a paused run that waits for a slot holds nobody up, and gets one when it is resumed', async () => {
  const executor = { kind: 'agent', name: 'ONE' } as const;
  const world = await createWorld({
    definitions: [workflow([simple('a', { executor })], { id: 'wf' })],
    limits: {
      limitOf: (agent) => (agent === 'ONE' ? { concurrency: 1, rate: null } : null),
      limited: () => ['ONE'],
    },
  });
  const { engine, queue, clock } = world;
  const started = [];
  for (let count = 0; count < 3; count += 1) started.push(await engine.start(request('wf')));
  const [first, paused, third] = started.map((one) => (one.type === 'started' ? one.view.run : ''));
  await clock.advance(0);
  const operate = (type: 'pause' | 'resume', run = '') =>
    engine.operate({ type, run, note: null }, someone);
  const answer = async (run = ''): Promise<void> => {
    const task = await queue.claim({ run, task: 'a' }, 'ONE');
    expect(task, `${run} is on offer`).not.toBeNull();
    const result = { type: 'success', output: {} } as const;
    await queue.answer({
      run,
      task: 'a',
      lease: task?.lease ?? null,
      attempt: 1,
      agent: 'ONE',
      result,
    });
    await clock.advance(0);
  };

  await operate('pause', paused);
  await answer(first);
  await answer(third);
  expect(queue.offered()).toEqual([]);
  await operate('resume', paused);
  await clock.advance(0);
  await answer(paused);
  expect((await engine.view(paused ?? ''))?.status).toBe('COMPLETED');
  await engine.stop();
});
