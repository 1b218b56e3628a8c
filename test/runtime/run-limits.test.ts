/** When a run may begin: planned starts, limits on runs, and what the same key comes to. */
import * as fc from 'fast-check';
import { expect, test } from 'vitest';
import type { RunPlace } from '../../src/engine/events.ts';
import { createRunId, type RunId } from '../../src/engine/ids.ts';
import type { RunState } from '../../src/engine/state.ts';
import { createManualClock } from '../../src/lib/manual-clock.ts';
import { createRunGate } from '../../src/runtime/run-gate.ts';
import { createTestEngine, testUser } from '../../src/testing/test-engine.ts';
import type { StartRequest } from '../../src/runtime/engine.ts';

const definition = (extra: string): string => `
workflow:
  id: w
  name: W
  version: 1
  input: { optional: [{ folder: A }] }
${extra}
  tasks: [{ id: a, assigned_to: X, timeout: 0 }]
`;

const openWorld = async (extra = '') => {
  const engine = await createTestEngine({ definitions: [definition(extra)] });
  return {
    engine,
    start: async (folder = 'A', more: Partial<StartRequest> = {}) => {
      const started = await engine.engine.start({
        workflow: 'w',
        version: null,
        input: { folder: { type: 'text', text: folder } },
        by: testUser,
        key: null,
        origin: null,
        ...more,
      });
      await engine.advance(0);
      return started;
    },
    async run(folder = 'A', more: Partial<StartRequest> = {}): Promise<string> {
      const started = await this.start(folder, more);
      if (started.type !== 'started') throw new Error(JSON.stringify(started));
      return started.view.run;
    },
    begun: () => engine.offered().map(({ run }) => run),
    finish: (run: string) => engine.answer({ run, task: 'a' }, { complete: {} }),
    status: async (run: string) => (await engine.status(run)).status,
  };
};

test('max_runs: the next run waits, says for what, and begins when one ends, also after a restart', async () => {
  const world = await openWorld('  concurrency: { max_runs: 2 }');
  const [first, second, third, fourth] = [
    await world.run(),
    await world.run(),
    await world.run(),
    await world.run(),
  ];
  expect(world.begun()).toEqual([first, second]);
  const why = await world.engine.why(third);
  expect(why.waiting).toMatchObject([{ task: null, kind: 'slot' }]);
  expect(why.waiting[0]?.detail).toContain('w (2 at a time)');
  expect((await world.engine.status(third)).tasks[0]).toMatchObject({
    status: 'PENDING',
    waiting_for: { kind: 'slot' },
    attempts: [],
  });
  await world.engine.restart();
  expect(world.begun().sort()).toEqual([first, second].sort());
  await world.finish(second);
  expect(world.begun().sort()).toEqual([first, third].sort());
  await world.engine.operate({ type: 'cancel', run: first, note: null });
  expect(world.begun().sort()).toEqual([third, fourth].sort());
});

test('key: one run per key at a time, others are not held up', async () => {
  const world = await openWorld('  concurrency: { key: "${workflow.input.folder}" }');
  const first = await world.run('A');
  const second = await world.run('A');
  const other = await world.run('B');
  expect(world.begun()).toEqual([first, other]);
  await world.finish(first);
  expect(world.begun()).toEqual([other, second]);
});

test('on_conflict: reject refuses at once and makes no run', async () => {
  const world = await openWorld(
    '  concurrency: { key: "${workflow.input.folder}", on_conflict: reject }',
  );
  const first = await world.run('A');
  expect(await world.start('A')).toMatchObject({ type: 'rejected', code: 'NO_PLACE' });
  const both = await Promise.all([world.start('B'), world.start('B')]);
  expect(both.map(({ type }) => type).sort()).toEqual(['rejected', 'started']);
  await world.finish(first);
  expect(await world.start('A')).toMatchObject({ type: 'started' });
  expect(await world.engine.engine.list({})).toHaveLength(3);
});

test('on_conflict: cancel_running ends the older run', async () => {
  const world = await openWorld('  concurrency: { max_runs: 1, on_conflict: cancel_running }');
  const first = await world.run();
  const second = await world.run();
  expect(await world.status(first)).toBe('CANCELLED');
  expect((await world.engine.status(first)).reason).toContain('a newer run of w takes its place');
  expect(world.begun()).toEqual([second]);
});

test('rate: at most so many runs begin per duration', async () => {
  const world = await openWorld('  rate: 2 per 1m');
  for (let count = 0; count < 5; count += 1) await world.finish(await world.run());
  expect(world.begun()).toEqual([]);
  const waiting = () =>
    world.engine.engine.live().filter(({ ended_at: end }) => end === null).length;
  expect(waiting()).toBe(3);
  await world.engine.advance('61s');
  expect(world.begun()).toHaveLength(2);
  await world.engine.restart();
  await world.engine.advance('61s');
  expect(world.begun()).toHaveLength(3);
});

test('rate: what began before counts after a restart, whatever became of it', async () => {
  const world = await openWorld('  rate: 2 per 1h');
  const first = await world.run();
  await world.finish(first);
  const second = await world.run();
  await world.engine.operate({ type: 'cancel', run: second, note: null });
  // It began, and waits to begin again.
  await world.engine.operate({ type: 'retry', run: second, note: null });
  expect(world.begun()).toEqual([]);
  await world.engine.restart();
  expect(world.begun()).toEqual([]);
  await world.engine.advance('59m');
  await world.engine.restart();
  expect(world.begun()).toEqual([]);
  await world.engine.advance('61s');
  expect(world.begun()).toHaveLength(1);
});

test('a planned run exists, waits for its time, survives a restart and can be called off', async () => {
  const world = await openWorld('  timeout: 10s');
  const run = await world.run('A', { notBefore: world.engine.now() + 3_600_000 });
  const called = await world.run('A', { notBefore: world.engine.now() + 3_600_000 });
  expect(world.begun()).toEqual([]);
  expect((await world.engine.why(run)).waiting).toMatchObject([
    { kind: 'timer', detail: 'its planned start' },
  ]);
  await world.engine.operate({ type: 'cancel', run: called, note: null });
  await world.engine.restart();
  await world.engine.advance('59m');
  expect(world.begun()).toEqual([]);
  await world.engine.advance('1m');
  expect(world.begun()).toEqual([run]);
  // The run's own limit counts from its beginning.
  await world.engine.advance('9s');
  expect(await world.status(run)).toBe('RUNNING');
  await world.engine.advance('2s');
  expect(await world.status(run)).toBe('TIMED_OUT');
});

test('a retried run takes its place again', async () => {
  const world = await openWorld('  concurrency: { max_runs: 1 }');
  const first = await world.run();
  await world.engine.answer({ run: first, task: 'a' }, { fail: { message: 'no' } });
  const second = await world.run();
  await world.engine.operate({ type: 'retry', run: first, note: null });
  expect(world.begun()).toEqual([second]);
  await world.finish(second);
  expect(world.begun()).toEqual([first]);
});

test('the same key: the earlier run, a refusal, or another in its place', async () => {
  const world = await openWorld();
  const first = await world.run('A', { key: 'k' });
  expect(await world.start('A', { key: 'k' })).toMatchObject({ duplicate: true });
  expect(await world.start('A', { key: 'k', onDuplicate: 'reject' })).toMatchObject({
    type: 'rejected',
    code: 'DUPLICATE_KEY',
  });
  const second = await world.run('A', { key: 'k', onDuplicate: 'replace' });
  expect(await world.status(first)).toBe('CANCELLED');
  expect(world.begun()).toEqual([second]);
  await world.engine.restart();
  expect(await world.start('A', { key: 'k' })).toMatchObject({
    duplicate: true,
    view: { run: second },
  });
});

test('while runs are read back one by one nobody begins, whoever comes first', async () => {
  const released: RunId[] = [];
  const gate = createRunGate(
    { newest: () => [] },
    {
      clock: createManualClock(0),
      release: (run) => void released.push(run),
    },
  );
  const run = (index: number, needsPlace: boolean) => ({
    id: createRunId(index, String(index).padStart(9, '0')),
    places: [{ group: 'w', max: 1, rate: null }],
    status: 'RUNNING',
    notBefore: null,
    needsPlace,
    ended: null,
  });
  const tell = (state: object): void => gate.observe(state as RunState);
  const [retried, holder] = [run(1, true), run(2, false)];
  tell(retried);
  await Promise.resolve();
  tell(holder);
  gate.start();
  await Promise.resolve();
  expect(released).toEqual([]);
  tell({ ...holder, ended: {}, status: 'COMPLETED' });
  await Promise.resolve();
  expect(released).toEqual([retried.id]);
});

test('whatever the limits, no more run than they say, and everybody gets a turn', async () => {
  const groups = ['a', 'b', 'c'];
  await fc.assert(
    fc.asyncProperty(
      fc.array(fc.subarray(groups, { minLength: 1 }), { minLength: 1, maxLength: 30 }),
      fc.dictionary(fc.constantFrom(...groups), fc.integer({ min: 1, max: 3 })),
      fc.infiniteStream(fc.nat()),
      async (wanted, most, choices) => {
        const released: RunId[] = [];
        const gate = createRunGate(
          { newest: () => [] },
          {
            clock: createManualClock(0),
            release: (run) => void released.push(run),
          },
        );
        gate.start();
        const max = (group: string): number => most[group] ?? 1;
        const runs = wanted.map((names, index) => ({
          id: createRunId(index, String(index).padStart(9, '0')),
          places: names.map((group): RunPlace => ({ group, max: max(group), rate: null })),
          status: 'RUNNING',
          notBefore: null,
          needsPlace: true,
          ended: null,
        }));
        const tell = (run: object): void => gate.observe(run as RunState);
        for (const run of runs) tell(run);
        const open = new Set<RunId>();
        let turns = 0;
        const drain = async (): Promise<void> => {
          for (; turns < runs.length * 3; turns += 1) {
            await Promise.resolve();
            for (const id of released.splice(0)) {
              open.add(id);
              const run = runs.find((one) => one.id === id);
              tell({ ...run, needsPlace: false });
            }
            for (const group of groups) {
              const held = runs.filter(
                ({ id, places }) => open.has(id) && places.some((place) => place.group === group),
              );
              if (held.length > max(group)) throw new Error(`${group} holds ${held.length}`);
            }
            const list = [...open];
            const done = list[(choices.next().value ?? 0) % Math.max(1, list.length)];
            if (done === undefined) continue;
            open.delete(done);
            const run = runs.find((one) => one.id === done);
            tell({ ...run, needsPlace: false, ended: {}, status: 'COMPLETED' });
            finished.add(done);
          }
          expect(finished.size).toBe(runs.length);
        };
        const finished = new Set<RunId>();
        await drain();
      },
    ),
    { numRuns: 100 },
  );
});
