/** Going back over a FOR_EACH and a loop: what was tried before stays visible, and attempts count on. */
import { expect, test } from 'vitest';
import { createTestEngine } from '../../src/testing/test-engine.ts';

const TEXT = `
workflow:
  id: w
  name: W
  version: 1
  tasks:
    - id: each
      type: FOR_EACH
      items: [x, y]
      task: { assigned_to: A }
    - id: loop
      type: DO_WHILE
      depends_on: each
      tasks: [{ id: turn, assigned_to: B }]
      while: '\${loop.iteration} < 2'
      max_iterations: 3
`;

test('a rerun numbers attempts on, keeps the old ones, and restarts as well', async () => {
  const engine = await createTestEngine({ definitions: [TEXT] });
  const started = await engine.start('w');
  if (started.type !== 'started') throw new Error('the run did not start');
  const { run } = started.view;
  const drain = async (): Promise<void> => {
    for (let [offer] = engine.offered(); offer !== undefined; [offer] = engine.offered()) {
      const { task, attempt, lease } = offer;
      await engine.answer({ run, task, attempt, lease }, { complete: { task } });
    }
  };
  const attempts = async () => {
    const { tasks } = await engine.status(run);
    return Object.fromEntries(
      tasks
        .filter(({ id }) => /\d$/u.test(id))
        .map(({ id, attempts: rows }) => [id, rows.map((row) => [row.attempt, row.generation])]),
    );
  };
  await drain();
  await engine.operate({ type: 'rerun', run, task: null, latest: false, input: null, note: null });
  await engine.restart();
  await drain();
  expect(await engine.status(run)).toMatchObject({ status: 'COMPLETED', generation: 2 });
  const twice = [
    [1, 1],
    [2, 2],
  ];
  const expected = { 'each.0': twice, 'each.1': twice, 'turn.1': twice, 'turn.2': twice };
  expect(await attempts()).toEqual(expected);
  await engine.restart();
  expect(await attempts()).toEqual(expected);
});
