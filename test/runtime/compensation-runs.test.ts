/** Undoing in the embedded engine, through restarts. */
import { describe, expect, it } from 'vitest';
import { retry, simple, workflow } from '../support/engine-definitions.ts';
import { playOn } from '../support/play.ts';

const undo = {
  executor: { kind: 'agent' as const, name: 'UNDOER' },
  input: { was: '${seat.output.n}' },
  timeout: null,
  retry: retry({ maxAttempts: 2, initialDelay: 0 }),
};

const booking = workflow(
  [
    simple('seat', { compensate: undo }),
    simple('hotel', { dependsOn: ['seat'], compensate: undo }),
    simple('pay', { dependsOn: ['hotel'] }),
  ],
  { id: 'booking' },
);

describe('undoing', () => {
  it('happens once, in order, whatever is killed between (every append)', async () => {
    for (let kill = 0, total = 1; kill <= total; kill += 1) {
      const game = await playOn([booking]);
      game.killAfter(kill === 0 ? -1 : kill);
      await game.start('booking');
      await game.answer('seat');
      await game.answer('hotel');
      await game.answer('pay', false);
      const run = await game.find('booking');
      expect(run, `killed after ${kill}`).toMatchObject({
        status: 'FAILED',
        compensation: { status: 'RUNNING', tasks: ['hotel', 'seat'] },
      });
      expect(game.world.queue.offered()).toMatchObject([
        { task: 'hotel.compensate', assignedTo: 'UNDOER', payload: { was: 7 } },
      ]);
      // Its retry policy first; then the next, whatever became of it.
      await game.answer('hotel.compensate', false);
      await game.answer('hotel.compensate', false);
      await game.answer('seat.compensate');
      expect(game.offered()).toEqual([]);
      const end = await game.find('booking');
      expect(end, `killed after ${kill}`).toMatchObject({
        status: 'FAILED',
        compensation: { status: 'FAILED', run: run.compensation?.run },
      });
      expect(end.warnings.map(({ message }) => message)).toEqual([
        expect.stringContaining('hotel.compensate: AgentError: no'),
      ]);
      expect(end.alerts).toHaveLength(1);
      expect(Object.keys(await game.statuses())).toHaveLength(2);
      expect(game.kills).toBe(kill === 0 ? 0 : 1);
      if (kill === 0) total = game.appended;
    }
  });

  it('keeps the failed run in memory until it is done, however long that takes', async () => {
    const game = await playOn([booking], { archiveAfter: 1000 });
    await game.start('booking');
    await game.answer('seat');
    await game.answer('hotel', false);
    await game.world.clock.advance(60_000);
    expect(game.world.engine.live().map(({ workflow: { id } }) => id)).toContain('booking');
    await game.answer('seat.compensate');
    await game.world.clock.advance(60_000);
    await game.rest();
    expect(game.world.engine.live()).toEqual([]);
    expect((await game.find('booking')).compensation).toMatchObject({ status: 'COMPLETED' });
  });
});
