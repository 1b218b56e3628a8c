/** Places of concurrency keys and slots of agents: who gets one, who waits, and that nobody starves. */
import * as fc from 'fast-check';
import { expect, test } from 'vitest';
import { createTestEngine } from '../../src/testing/test-engine.ts';
import type { TestAnswer, TestEngineOptions } from '../../src/testing/test-engine.types.ts';

const definition = (tasks: string, extra = '', id = 'w'): string => `
workflow:
  id: ${id}
  name: W
  version: 1
  input: { optional: [{ key: gpu }, { list: [] }] }
${extra}
  tasks:
${tasks}
`;

const KEYED = `    - { id: a, assigned_to: X, timeout: 0, concurrency_key: "\${workflow.input.key}" }`;

const openWorld = async (
  definitions: readonly string[],
  options: Partial<TestEngineOptions> = {},
) => {
  const engine = await createTestEngine({ definitions, ...options });
  return {
    engine,
    async run(workflow = 'w', input: Record<string, string | readonly string[]> = {}) {
      const started = await engine.start(workflow, input);
      if (started.type !== 'started') throw new Error(JSON.stringify(started));
      return started.view.run;
    },
    offered: () => engine.offered().map(({ run, task }) => `${run}/${task}`),
    answer: (offer: string, answer: TestAnswer = { complete: {} }) => {
      const [run = '', task = ''] = offer.split('/');
      return engine.answer({ run, task }, answer);
    },
    waitsFor: async (run: string, task: string) =>
      (await engine.status(run)).tasks.find(({ id }) => id === task)?.waiting_for?.detail,
  };
};

test('a key has the places of limits over all runs, others are not held up, also after a restart', async () => {
  const limits = '  limits: { gpu: 2 }';
  const world = await openWorld([definition(KEYED, limits), definition(KEYED, limits, 'v')]);
  const [first, second] = [await world.run('w'), await world.run('v')];
  const [third, fourth] = [await world.run('w'), await world.run('v')];
  const other = await world.run('w', { key: 'disk' });
  const another = await world.run('v', { key: 'disk' });
  expect(world.offered()).toEqual([first, second, other].map((run) => `${run}/a`));
  expect(await world.waitsFor(third, 'a')).toBe(
    'a place of the concurrency key "gpu" (2 at a time)',
  );
  expect(await world.waitsFor(another, 'a')).toContain('"disk" (1 at a time)');
  await world.engine.restart();
  expect(world.offered().sort()).toEqual([first, second, other].map((run) => `${run}/a`).sort());
  await world.answer(`${second}/a`);
  expect(world.offered()).toContain(`${third}/a`);
  expect(world.offered()).not.toContain(`${fourth}/a`);
  await world.engine.operate({ type: 'cancel', run: first, note: null });
  expect(world.offered().sort()).toEqual([third, fourth, other].map((run) => `${run}/a`).sort());
});

test('a place is free while a retry waits, and the retry queues behind who came meanwhile', async () => {
  const retry = 'retry_policy: { max_attempts: 2, initial_delay: 10s }';
  const world = await openWorld([definition(KEYED.replace('timeout: 0', `timeout: 0, ${retry}`))]);
  const [first, second, third] = [await world.run(), await world.run(), await world.run()];
  await world.answer(`${first}/a`, { fail: { message: 'no' } });
  expect(world.offered()).toEqual([`${second}/a`]);
  await world.engine.advance('10s');
  await world.answer(`${second}/a`);
  expect(world.offered()).toEqual([`${third}/a`]);
  await world.answer(`${third}/a`);
  expect(world.offered()).toEqual([`${first}/a`]);
});

test('a rate of a key holds over runs and a restart', async () => {
  const limits = '  limits: { gpu: { concurrency: 9, rate: 2 per 1m } }';
  const world = await openWorld([definition(KEYED, limits)]);
  for (let count = 0; count < 5; count += 1) await world.run();
  expect(world.offered()).toHaveLength(2);
  for (const offer of world.offered()) await world.answer(offer);
  await world.engine.restart();
  expect(world.offered()).toEqual([]);
  await world.engine.advance('59s');
  expect(world.offered()).toEqual([]);
  await world.engine.advance('1s');
  expect(world.offered()).toHaveLength(2);
  await world.engine.advance('60s');
  expect(world.offered()).toHaveLength(3);
});

test('who needs a slot of an agent and a place of a key gets both or neither, and keeps its turn', async () => {
  const both = definition(KEYED);
  const agentOnly = definition('    - { id: a, assigned_to: X, timeout: 0 }', '', 'agent');
  const keyOnly = definition(KEYED.replace('assigned_to: X', 'assigned_to: Y'), '', 'key');
  const world = await openWorld([both, agentOnly, keyOnly], {
    limits: { X: { concurrency: 2, rate: null } },
  });
  const holder = await world.run('key');
  const waiter = await world.run('w');
  const one = await world.run('agent');
  const two = await world.run('agent');
  // One of the two slots is kept for the waiter, which lacks the key.
  expect(world.offered()).toEqual([`${holder}/a`, `${one}/a`]);
  expect(await world.waitsFor(waiter, 'a')).toBe(
    'a place of the concurrency key "gpu" (1 at a time) and a free slot of X',
  );
  const later = await world.run('key');
  await world.answer(`${holder}/a`);
  expect(world.offered()).toEqual([`${one}/a`, `${waiter}/a`]);
  await world.answer(`${waiter}/a`);
  expect(world.offered().sort()).toEqual([`${one}/a`, `${later}/a`, `${two}/a`].sort());
});

test('priority goes first, and a minute of waiting is worth a step of it', async () => {
  const of = (priority: number): string =>
    definition(KEYED.replace('id: a', `id: a, priority: ${priority}`), '', `p${priority}`);
  const world = await openWorld([of(0), of(3)]);
  const holder = await world.run('p0');
  const old = await world.run('p0');
  await world.engine.advance('2m');
  const urgent = await world.run('p3');
  await world.engine.advance('2m');
  const tooLate = await world.run('p3');
  for (const next of [holder, urgent, old, tooLate]) {
    expect(world.offered()).toEqual([`${next}/a`]);
    await world.answer(`${next}/a`);
  }
});

test('items of a FOR_EACH and members of a loop take places like tasks, also after a restart', async () => {
  const tasks = `    - id: e
      type: FOR_EACH
      items: "\${workflow.input.list}"
      task: { assigned_to: X, timeout: 0, concurrency_key: "\${item}" }
    - id: l
      type: DO_WHILE
      while: "\${l.iteration} < 2"
      max_iterations: 2
      tasks: [{ id: m, assigned_to: X, timeout: 0, concurrency_key: gpu }]`;
  const world = await openWorld([definition(tasks)]);
  const run = await world.run('w', { list: ['gpu', 'disk', 'disk', 'gpu'] });
  const now = () =>
    world
      .offered()
      .sort()
      .map((offer) => offer.split('/')[1]);
  expect(now()).toEqual(['e.0', 'e.1']);
  await world.engine.restart();
  await world.answer(`${run}/e.0`);
  expect(now()).toEqual(['e.1', 'e.3']);
  await world.answer(`${run}/e.1`);
  await world.answer(`${run}/e.3`);
  expect(now()).toEqual(['e.2', 'm.1']);
  await world.answer(`${run}/m.1`);
  expect(now()).toEqual(['e.2', 'm.2']);
  await world.answer(`${run}/m.2`);
  await world.answer(`${run}/e.2`);
  expect((await world.engine.status(run)).status).toBe('COMPLETED');
});

test('a child run shares the place that its task holds, whoever else waits for it', async () => {
  const parent = '    - { id: s, type: SUB_WORKFLOW, workflow: v, concurrency_key: gpu }';
  const twice = `${KEYED}\n${KEYED.replace('id: a', 'id: b')}`;
  const world = await openWorld([definition(parent), definition(twice, '', 'v')]);
  const run = await world.run('w');
  const [child] = world.offered();
  const outsider = await world.run('v');
  const next = await world.run('w');
  expect(world.offered()).toEqual([child]);
  await world.engine.restart();
  expect(world.offered()).toEqual([child]);
  await world.answer(child ?? '');
  const [second = ''] = world.offered();
  expect(second).toBe(child?.replace('/a', '/b'));
  await world.answer(second);
  expect((await world.engine.status(run)).status).toBe('COMPLETED');
  expect(world.offered()).toEqual([`${outsider}/a`]);
  expect(await world.waitsFor(next, 's')).toContain('"gpu"');
});

test('a waiting task of a paused run lets others pass; skip and cancel take it out of the queue', async () => {
  const world = await openWorld([definition(KEYED)]);
  const runs = [await world.run(), await world.run(), await world.run(), await world.run()];
  const [first = '', paused = '', skipped = '', last = ''] = runs;
  await world.engine.operate({ type: 'pause', run: paused, note: null });
  await world.engine.operate({ type: 'skip', run: skipped, task: 'a', output: {}, note: null });
  await world.answer(`${first}/a`);
  expect(world.offered()).toEqual([`${last}/a`]);
  await world.engine.operate({ type: 'resume', run: paused, note: null });
  expect(world.offered()).toEqual([`${last}/a`]);
  await world.engine.operate({ type: 'cancel', run: last, note: null });
  expect(world.offered()).toEqual([`${paused}/a`]);
});

test.each([
  ['as they came', 0, ['second/a', 'second/b', 'third/a']],
  ['and not with those of the run that got the first', -1, ['second/a', 'third/a', 'second/b']],
])('several slots that come free at once are given in turn, %s', async (_, priority, order) => {
  const task = '    - { id: a, assigned_to: X, timeout: 0 }';
  const two = `${task}\n    - { id: b, assigned_to: X, timeout: 0, priority: ${priority} }`;
  const world = await openWorld([definition(two), definition(KEYED, '', 'keyed')], {
    limits: { X: { concurrency: 2, rate: null } },
  });
  const first = await world.run();
  const named = new Map([
    [await world.run(), 'second'],
    [await world.run('keyed'), 'third'],
  ]);
  await world.engine.operate({ type: 'cancel', run: first, note: null });
  const names = (): string[] =>
    world.offered().map((offer) => offer.replace(/^[^/]+/u, (run) => named.get(run) ?? run));
  expect(names()).toEqual(order.slice(0, 2));
  await world.answer(world.offered()[0] ?? '');
  expect(names()).toEqual(order.slice(1));
});

interface Job {
  readonly run: number;
  readonly agent: string;
  readonly key: string | null;
  readonly priority: number;
  readonly wait: number;
}

test('whatever comes in whatever order, no limit is passed and everybody gets a turn', async () => {
  const agents = ['X', 'Y', 'FREE'];
  const keys = ['k', 'l', 'm'];
  const limit = fc.record({
    concurrency: fc.integer({ min: 1, max: 3 }),
    rate: fc.option(fc.record({ count: fc.integer({ min: 1, max: 3 }), per: fc.constant(5000) })),
  });
  await fc.assert(
    fc.asyncProperty(
      fc.array(
        fc.record<Job>({
          run: fc.nat(4),
          agent: fc.constantFrom(...agents),
          key: fc.option(fc.constantFrom(...keys)),
          priority: fc.integer({ min: -5, max: 5 }),
          wait: fc.constantFrom(0, 0, 1000, 90_000),
        }),
        { minLength: 1, maxLength: 25 },
      ),
      fc.dictionary(fc.constantFrom('X', 'Y'), limit),
      fc.dictionary(fc.constantFrom('k', 'l'), limit),
      fc.infiniteStream(fc.nat()),
      async (jobs, agentLimits, keyLimits, choices) => {
        const pick = <T>(list: readonly T[]): T | undefined =>
          list[(choices.next().value ?? 0) % Math.max(1, list.length)];
        const source = (job: Job, index: number): string =>
          `    - {id: t${index}, assigned_to: ${job.agent}, timeout: 0, priority: ${job.priority}` +
          `${job.key === null ? '' : `, concurrency_key: ${job.key}`}}`;
        const limits = Object.entries(keyLimits).map(
          ([key, { concurrency, rate }]) =>
            `    ${key}: {concurrency: ${concurrency}${rate === null ? '' : `, rate: ${rate.count} per ${rate.per}ms`}}`,
        );
        const perRun = [0, 1, 2, 3, 4].map((run) => jobs.filter((job) => job.run === run));
        const world = await openWorld(
          perRun.map((own, run) =>
            definition(
              own.length === 0 ? source({ ...jobs[0]!, key: null }, 0) : own.map(source).join('\n'),
              limits.length === 0 ? '' : `  limits:\n${limits.join('\n')}`,
              `r${run}`,
            ),
          ),
          { limits: agentLimits },
        );
        const runs: string[] = [];
        for (const [run, own] of perRun.entries()) {
          if (own.length === 0) continue;
          await world.engine.advance(own[0]?.wait ?? 0);
          runs.push(await world.run(`r${run}`));
        }
        const most = (name: string, known: typeof agentLimits): number =>
          known[name]?.concurrency ?? 1;
        const jobOf = (offer: string): Job | undefined => {
          const [run = '', task = ''] = offer.split('/');
          const owner = [...perRun.entries()].filter(([, own]) => own.length > 0)[
            runs.indexOf(run)
          ];
          return owner?.[1][Number(task.slice(1))];
        };
        for (let turn = 0; turn < jobs.length * 3; turn += 1) {
          const open = world.offered();
          for (const name of ['X', 'Y']) {
            if (agentLimits[name] === undefined) continue;
            const held = open.filter((offer) => jobOf(offer)?.agent === name).length;
            expect(held).toBeLessThanOrEqual(most(name, agentLimits));
          }
          for (const name of keys) {
            const held = open.filter((offer) => jobOf(offer)?.key === name).length;
            expect(held, name).toBeLessThanOrEqual(most(name, keyLimits));
          }
          if ((choices.next().value ?? 0) % 7 === 0) await world.engine.restart();
          const done = pick(world.offered());
          if (done !== undefined) await world.answer(done);
          else await world.engine.advance('5s');
        }
        const views = await Promise.all(runs.map((run) => world.engine.status(run)));
        const began = views.flatMap(({ run, tasks }) =>
          tasks.map(({ id, attempts }) => ({
            job: jobOf(`${run}/${id}`),
            at: Date.parse(attempts[0]?.dispatched_at ?? ''),
          })),
        );
        const limited = [
          ...Object.entries(agentLimits).map(([agent, { rate }]) => ({ agent, rate })),
          ...Object.entries(keyLimits).map(([key, { rate }]) => ({ key, rate })),
        ];
        for (const { rate, ...wanted } of limited) {
          if (rate === null) continue;
          const times = began.flatMap(({ job, at }) =>
            ('key' in wanted ? job?.key === wanted.key : job?.agent === wanted.agent) ? [at] : [],
          );
          for (const from of times) {
            const together = times.filter((at) => at >= from && at < from + rate.per);
            expect(together.length).toBeLessThanOrEqual(rate.count);
          }
        }
        expect(views.map(({ status }) => status)).toEqual(runs.map(() => 'COMPLETED'));
        await world.engine.stop();
      },
    ),
    { numRuns: 40 },
  );
});

test('nobody starves: however much comes in, only what is more urgent goes first', async () => {
  const kinds = {
    both: KEYED,
    key: KEYED.replace('assigned_to: X', 'assigned_to: Y'),
    agent: KEYED.replace(/, concurrency_key.*\}"/u, ''),
  };
  const sources = Object.entries(kinds).flatMap(([kind, task]) =>
    [0, 1, 2, 3].map((priority) =>
      definition(task.replace('id: a', `id: a, priority: ${priority}`), '', `${kind}${priority}`),
    ),
  );
  const arrival = fc.record({
    kind: fc.constantFrom('both', 'key', 'agent'),
    priority: fc.integer({ min: 0, max: 3 }),
  });
  await fc.assert(
    fc.asyncProperty(
      // More than there are places for, every half minute; each job takes a minute.
      fc.array(fc.array(arrival, { minLength: 1, maxLength: 3 }), { minLength: 16, maxLength: 16 }),
      fc.integer({ min: 1, max: 2 }),
      async (ticks, concurrency) => {
        const world = await openWorld(sources, { limits: { X: { concurrency, rate: null } } });
        const queued = new Map<string, { readonly at: number; readonly urgency: number }>();
        const began = new Map<string, number>();
        const note = (): void => {
          for (const offer of world.offered()) {
            if (!began.has(offer)) began.set(offer, world.engine.now());
          }
        };
        for (const arrivals of ticks) {
          for (const { kind, priority } of arrivals) {
            const at = world.engine.now();
            const urgency = priority * 60_000 - at;
            queued.set(`${await world.run(`${kind}${priority}`)}/a`, { at, urgency });
          }
          note();
          await world.engine.advance('30s');
          for (const offer of world.offered()) {
            const since = began.get(offer) ?? world.engine.now();
            if (world.engine.now() - since >= 60_000) await world.answer(offer);
          }
          note();
        }
        for (const [offer, { at, urgency }] of queued) {
          const ahead = [...queued].filter(
            ([other, one]) => other !== offer && one.urgency >= urgency,
          ).length;
          // What holds a place ends within a minute, then the most urgent has its turn.
          const latest = at + (ahead + 1) * 60_000;
          const end = world.engine.now();
          const start = began.get(offer) ?? end;
          if (latest <= end) expect(start).toBeLessThanOrEqual(latest);
        }
        expect(began.size).toBeGreaterThan(4);
        await world.engine.stop();
      },
    ),
    { numRuns: 15 },
  );
});
