/** Children and their parents in the embedded engine: through restarts, cancels and retries. */
import { describe, expect, it } from 'vitest';
import { each, simple, subWorkflow, workflow } from '../support/engine-definitions.ts';
import { playOn, type PlayOptions } from '../support/play.ts';

const parent = workflow(
  [
    subWorkflow('sub', 'middle', { input: { n: '${workflow.input.n ?? 1}', extra: 'kept' } }),
    simple('after', { dependsOn: ['sub'], input: { got: '${sub.output.sum}' } }),
  ],
  { id: 'parent' },
);
const middle = workflow([subWorkflow('deep', 'leaf', { input: { n: 2 } })], {
  id: 'middle',
  output: [{ name: 'sum', description: null, value: '${deep.output.n}' }],
});
const leaf = workflow(
  [simple('work', { timeout: null }), simple('more', { dependsOn: ['work'] })],
  {
    id: 'leaf',
    output: [{ name: 'n', description: null, value: null }],
  },
);

const play = (definitions = [parent, middle, leaf], options: PlayOptions = {}) =>
  playOn(definitions, options);

describe('children', () => {
  it('run linked both ways; their output is the task’s', async () => {
    const game = await play();
    await game.start('parent');
    expect(await game.statuses()).toEqual({
      parent: 'RUNNING',
      middle: 'RUNNING',
      leaf: 'RUNNING',
    });
    const [top, mid] = [await game.find('parent'), await game.find('middle')];
    expect(top.children).toEqual([mid.run]);
    expect(mid).toMatchObject({
      parent: { run: top.run, task: 'sub' },
      input: { n: 1, extra: 'kept' },
      requester: top.requester,
    });
    await game.answer('work');
    await game.answer('more');
    expect(await game.statuses()).toEqual({
      parent: 'RUNNING',
      middle: 'COMPLETED',
      leaf: 'COMPLETED',
    });
    const [offer] = game.world.queue.offered();
    expect(offer).toMatchObject({ task: 'after', payload: { got: 7 } });
    await game.answer('after');
    expect(await game.statuses()).toMatchObject({ parent: 'COMPLETED' });
  });

  it('fail up and are retried in place from above, whatever is killed between (every append)', async () => {
    for (let kill = 0, total = 1; kill <= total; kill += 1) {
      const game = await play();
      game.killAfter(kill === 0 ? -1 : kill);
      await game.start('parent');
      await game.answer('work');
      await game.answer('more', false);
      expect(await game.statuses(), `killed after ${kill}`).toEqual({
        parent: 'FAILED',
        middle: 'FAILED',
        leaf: 'FAILED',
      });
      const top = await game.find('parent');
      expect(top.reason).toMatch(
        /^sub: ChildFailed: middle .* leaf .* failed: more: AgentError: no$/,
      );
      await game.operate({ type: 'retry', run: top.run, note: null });
      expect(game.offered()).toEqual(['more']);
      await game.answer('more');
      await game.answer('after');
      const end = await game.find('parent');
      expect(end, `killed after ${kill}`).toMatchObject({ status: 'COMPLETED', generation: 2 });
      expect((await game.find('leaf')).tasks).toMatchObject([
        { id: 'work', generation: 1, attempts: [{ attempt: 1 }] },
        { id: 'more', generation: 2, attempts: [{ status: 'FAILED' }, { status: 'COMPLETED' }] },
      ]);
      expect(end.children).toHaveLength(1);
      expect(game.kills).toBe(kill === 0 ? 0 : 1);
      if (kill === 0) total = game.appended;
    }
  });

  it('open their parents again when they are retried themselves (every append)', async () => {
    for (let kill = 0, total = 1; kill <= total; kill += 1) {
      const game = await play();
      game.killAfter(kill === 0 ? -1 : kill);
      await game.start('parent');
      await game.answer('work', false);
      const { run } = await game.find('leaf');
      await game.operate({ type: 'retry', run, note: null });
      expect(await game.statuses(), `killed after ${kill}`).toEqual({
        parent: 'RUNNING',
        middle: 'RUNNING',
        leaf: 'RUNNING',
      });
      await game.answer('work');
      await game.answer('more');
      await game.answer('after');
      expect(await game.statuses()).toEqual({
        parent: 'COMPLETED',
        middle: 'COMPLETED',
        leaf: 'COMPLETED',
      });
      expect(game.kills).toBe(kill === 0 ? 0 : 1);
      if (kill === 0) total = game.appended;
    }
  });

  it('are cancelled with their parents, and leave a completed parent alone (every append)', async () => {
    for (let kill = 0, total = 1; kill <= total; kill += 1) {
      const game = await play();
      game.killAfter(kill === 0 ? -1 : kill);
      await game.start('parent');
      const { run } = await game.find('parent');
      await game.operate({ type: 'cancel', run, note: 'stop' });
      expect(await game.statuses(), `killed after ${kill}`).toEqual({
        parent: 'CANCELLED',
        middle: 'CANCELLED',
        leaf: 'CANCELLED',
      });
      expect(game.offered()).toEqual([]);
      expect(game.kills).toBe(kill === 0 ? 0 : 1);
      if (kill === 0) total = game.appended;
    }
    const game = await play();
    await game.start('parent');
    for (const task of ['work', 'more', 'after']) await game.answer(task);
    const { run } = await game.find('leaf');
    const input = null;
    await game.operate({ type: 'rerun', run, task: null, latest: false, input, note: null });
    expect(await game.statuses()).toEqual({
      parent: 'COMPLETED',
      middle: 'COMPLETED',
      leaf: 'RUNNING',
    });
  });

  it('are cancelled when their attempt times out, and go on in place when that is retried', async () => {
    const limited = workflow([subWorkflow('sub', 'leaf', { timeout: 5000 })], { id: 'limited' });
    const game = await play([limited, leaf]);
    await game.start('limited');
    await game.world.clock.advance(5000);
    await game.rest();
    expect(await game.statuses()).toEqual({ limited: 'TIMED_OUT', leaf: 'CANCELLED' });
    const { run } = await game.find('limited');
    await game.operate({ type: 'retry', run, note: null });
    expect(await game.statuses()).toEqual({ limited: 'RUNNING', leaf: 'RUNNING' });
    await game.operate({ type: 'cancel', run, note: null });
    await game.operate({ type: 'retry', run, note: null, fresh: true });
    expect((await game.find('limited')).children).toHaveLength(2);
  });

  it('that cannot be started fail their task, saying why', async () => {
    const wrong = workflow([subWorkflow('sub', 'laef')], { id: 'wrong' });
    const game = await play([wrong, leaf]);
    await game.start('wrong');
    expect((await game.find('wrong')).reason).toBe(
      'sub: WorkflowUnknown: No workflow is called laef (Did you mean leaf?)',
    );
  });

  it('of a definition that starts itself end at a limit', async () => {
    const endless = workflow([subWorkflow('again', 'endless')], { id: 'endless' });
    const game = await play([endless]);
    await game.start('endless');
    for (let round = 0; round < 12; round += 1) await game.rest();
    const lines = await game.world.engine.list({});
    expect(lines).toHaveLength(17);
    expect(lines.every(({ status }) => status === 'FAILED')).toBe(true);
    expect(lines[0]?.reason).toContain('SubWorkflowDepth');
  });

  it('of items go on in place when their parent is retried, and open it when they are', async () => {
    const flow = workflow(
      [each('each', subWorkflow('each', 'leaf'), { items: [1, 2], concurrency: 1 })],
      { id: 'each-flow' },
    );
    for (const by of ['parent', 'child'] as const) {
      const game = await play([flow, leaf]);
      await game.start('each-flow');
      await game.answer('work');
      await game.answer('more');
      await game.answer('work');
      await game.answer('more', false);
      const failed = await game.find('each-flow');
      expect(failed.status).toBe('FAILED');
      const [, second] = failed.children;
      const run = by === 'parent' ? failed.run : (second ?? '');
      await game.operate({ type: 'retry', run, note: null });
      await game.answer('more');
      const end = await game.find('each-flow');
      expect(end, by).toMatchObject({ status: 'COMPLETED', generation: 2 });
      expect(end.children).toEqual(failed.children);
    }
  });

  it('are found in the archive', async () => {
    const game = await play([parent, middle, leaf], { archiveAfter: 1000 });
    await game.start('parent');
    await game.answer('work', false);
    await game.world.clock.advance(2000);
    await game.rest();
    const { run } = await game.find('leaf');
    await game.operate({ type: 'retry', run, note: null });
    await game.rest();
    expect(await game.statuses()).toEqual({
      parent: 'RUNNING',
      middle: 'RUNNING',
      leaf: 'RUNNING',
    });
  });
});
