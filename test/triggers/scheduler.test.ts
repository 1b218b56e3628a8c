import { afterEach, describe, expect, test } from 'vitest';
import type { Schedule } from '../../src/engine/definition.ts';
import { silentLogger } from '../../src/lib/logger.ts';
import { nextTimes } from '../../src/triggers/occurrences.ts';
import type { Repeated } from '../../src/triggers/repeat.ts';
import { startScheduler, type PlannedSchedule } from '../../src/triggers/scheduler.ts';
import { entryOf } from '../../src/testing/memory-catalog.ts';
import { createWorld, type World } from '../support/runtime.ts';

const { definition } = entryOf(`
workflow:
  id: nightly
  name: Nightly
  version: 1
  input: { optional: [{ folder: A }] }
  tasks: [{ id: a, assigned_to: X, timeout: 0 }]
`);

const HOURLY: Schedule = {
  cron: '0 * * * *',
  timezone: 'UTC',
  overlap: 'skip',
  catchUp: 'none',
  input: { folder: 'B' },
};

let running: Repeated | null = null;
afterEach(() => running?.stop());

/** A world whose clock stands at 09:00, with a scheduler that looks at it. */
const begin = async (
  schedule: Partial<Schedule>,
  { world = null, store = {} }: { world?: World | null; store?: Record<string, string> } = {},
) => {
  const home = world ?? (await createWorld({ definitions: [definition], archiveAfter: 1e9 }));
  let kept = store;
  const start = () => {
    running = startScheduler({
      engine: home.engine,
      schedules: async (): Promise<readonly PlannedSchedule[]> => [
        { ...HOURLY, ...schedule, workflow: 'nightly' },
      ],
      store: { read: async () => kept, write: async (next) => void (kept = { ...next }) },
      clock: home.clock,
      logger: silentLogger,
    });
  };
  start();
  await settle();
  return {
    world: home,
    advance: async (minutes: number) => {
      for (let minute = 0; minute < minutes; minute += 1) {
        await home.clock.advance(60_000);
        await settle();
      }
    },
    away: async (minutes: number) => {
      await running?.stop();
      await home.clock.advance(minutes * 60_000);
      start();
      await settle();
    },
    runs: async () => home.engine.list({}),
    finishAll: async () => {
      for (const { run, task } of home.queue.offered()) {
        await home.queue.answer({
          run,
          task,
          lease: null,
          attempt: null,
          agent: 'X',
          result: { type: 'success', output: {} },
        });
      }
    },
  };
};

const settle = async (): Promise<void> => {
  for (let turn = 0; turn < 3; turn += 1) await new Promise((resolve) => setImmediate(resolve));
};

test("a run starts when its time comes, with the schedule's inputs, and once", async () => {
  const { advance, runs, world } = await begin({});
  await advance(59);
  expect(await runs()).toHaveLength(0);
  await advance(2);
  const [run] = await runs();
  expect(run).toMatchObject({ workflow: 'nightly', started_by: 'schedule' });
  expect((await world.engine.view(run?.run ?? ''))?.input).toEqual({ folder: 'B' });
});

describe('when the run before is still open', () => {
  test('skip leaves the start out', async () => {
    const { advance, runs, finishAll } = await begin({ overlap: 'skip' });
    await advance(122);
    expect(await runs()).toHaveLength(1);
    await finishAll();
    await advance(60);
    expect(await runs()).toHaveLength(2);
  });

  test('queue starts it, and it begins when the one before has ended', async () => {
    const { advance, runs, finishAll, world } = await begin({ overlap: 'queue' });
    await advance(122);
    expect(await runs()).toHaveLength(2);
    expect(world.queue.offered()).toHaveLength(1);
    await finishAll();
    await settle();
    expect(world.queue.offered()).toHaveLength(1);
  });

  test('cancel_running ends the one before', async () => {
    const { advance, runs } = await begin({ overlap: 'cancel_running' });
    await advance(122);
    expect((await runs()).map(({ status }) => status)).toEqual(['RUNNING', 'CANCELLED']);
  });
});

describe('after a time away', () => {
  test.each([
    ['none', 0],
    ['last', 1],
    ['all', 3],
  ] as const)('%s makes up for %i', async (catchUp, count) => {
    const { away, runs } = await begin({ catchUp, overlap: 'queue' });
    await away(200);
    expect(await runs()).toHaveLength(count);
    // And nothing twice, however often the bridge comes and goes.
    await away(1);
    expect(await runs()).toHaveLength(count);
  });

  test('a start whose note was lost is not made again', async () => {
    const first = await begin({ catchUp: 'all' });
    await first.advance(61);
    expect(await first.runs()).toHaveLength(1);
    await running?.stop();
    const store = { 'nightly 0 * * * * UTC': new Date(Date.UTC(2026, 10, 23, 9)).toISOString() };
    const again = await begin({ catchUp: 'all', overlap: 'queue' }, { world: first.world, store });
    expect(await again.runs()).toHaveLength(1);
  });

  test('a clock that was set back starts nothing', async () => {
    const store = { 'nightly 0 * * * * UTC': new Date(Date.UTC(2027, 0, 1)).toISOString() };
    const { runs } = await begin({ catchUp: 'all' }, { store });
    expect(await runs()).toHaveLength(0);
  });
});

test('times are those of the zone, over a change to summer time', () => {
  const times = nextTimes(
    { cron: '30 2 * * *', timezone: 'Europe/Vienna' },
    3,
    Date.UTC(2026, 2, 27, 12),
  );
  expect(times.map((at) => new Date(at).toISOString())).toEqual([
    '2026-03-28T01:30:00.000Z',
    '2026-03-29T01:30:00.000Z',
    '2026-03-30T00:30:00.000Z',
  ]);
});
