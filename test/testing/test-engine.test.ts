import { expect, test } from 'vitest';
import { createTestEngine } from '../../src/testing/test-engine.ts';

const TEXT = `
workflow:
  id: two-steps
  name: Two steps
  version: 1
  tasks:
    - id: first
      assigned_to: A
      retry_policy: { max_attempts: 2, initial_delay: 5s }
    - { id: second, assigned_to: B, depends_on: first, input: { got: "\${first.output.value}" } }
`;

const begin = async () => {
  const engine = await createTestEngine({ definitions: [TEXT] });
  const started = await engine.start('two-steps');
  if (started.type !== 'started') throw new Error('the run did not start');
  return { engine, run: started.view.run };
};

test('agents are played by hand; time moves only when it is told', async () => {
  const { engine, run } = await begin();
  expect(engine.offered().map(({ task, attempt }) => [task, attempt])).toEqual([['first', 1]]);
  expect(await engine.answer({ run, task: 'first' }, { fail: { message: 'jam' } })).toBe(
    'accepted',
  );
  expect(engine.offered()).toEqual([]);
  expect(engine.nextTimer()).toBe(engine.now() + 5000);
  await engine.advance('4s');
  expect((await engine.status(run)).tasks[0]?.status).toBe('RETRYING');
  await engine.advance('1s');
  expect(await engine.answer({ run, task: 'first' }, { complete: { value: 7 } })).toBe('accepted');
  expect(engine.offered()[0]?.payload).toEqual({ got: 7 });
  await engine.answer({ run, task: 'second' }, { complete: {} });
  expect((await engine.status(run)).status).toBe('COMPLETED');
});

test('an answer given twice, and one to an old lease, change nothing', async () => {
  const { engine, run } = await begin();
  const [offer] = engine.offered();
  if (offer === undefined) throw new Error('nothing is on offer');
  const answer = { complete: { value: 1 } };
  expect(await engine.answer(offer, answer)).toBe('accepted');
  expect(await engine.answer(offer, answer)).toBe('duplicate');
  expect(await engine.answer({ run, task: 'second', lease: 'old' }, answer)).toBe('stale');
  expect((await engine.status(run)).tasks.map(({ status }) => status)).toEqual([
    'COMPLETED',
    'IN_PROGRESS',
  ]);
});

test('killed after every step, a run ends the same', async () => {
  const played = async (kill: boolean) => {
    const { engine, run } = await begin();
    const step = async (work: () => Promise<unknown>): Promise<void> => {
      if (kill) await engine.restart();
      await work();
      if (kill) await engine.restart();
    };
    await step(() => engine.answer({ run, task: 'first' }, { fail: { type: 'Odd' } }));
    await step(() => engine.advance('5s'));
    await step(() => engine.answer({ run, task: 'first' }, { complete: { value: 2 } }));
    await step(() => engine.answer({ run, task: 'second' }, { complete: { done: true } }));
    const { status, tasks, ended_at } = await engine.status(run);
    return { status, ended_at, tasks: tasks.map(({ id, attempts }) => ({ id, attempts })) };
  };
  expect(await played(true)).toEqual(await played(false));
});

test('a definition with errors is told with every problem', async () => {
  const wrong = createTestEngine({ definitions: ['workflow: { id: x, tasks: [{ id: a }] }'] });
  await expect(wrong).rejects.toThrow('DEF403');
});
