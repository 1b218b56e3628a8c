/**
 * The engine on a virtual clock, for tests of definitions: the embedded engine itself, on a
 * journal, a queue and a station in memory. Nothing moves but by a call; time stands still
 * until `advance`.
 *
 * Every call resolves when nothing more can happen at the present instant.
 */
import { createMemoryQueue } from '../agents/memory-queue.ts';
import type { AgentTask } from '../agents/queue.ts';
import type { RunEvent } from '../engine/events.ts';
import { createMemoryJournal } from '../journal/memory-journal.ts';
import { silentLogger } from '../lib/logger.ts';
import { createManualClock } from '../lib/manual-clock.ts';
import { startEmbeddedEngine } from '../runtime/embedded-engine.ts';
import type { EmbeddedEngine } from '../runtime/embedded-engine.types.ts';
import type { Engine, Identity } from '../runtime/engine.ts';
import type { AgentLimit, AgentLimits } from '../runtime/ports.ts';
import { createMemorySecrets, type SecretStore } from '../runtime/secret-store.ts';
import { parseDuration } from '../../grammar/duration.ts';
import { resultOf } from './agent-result.ts';
import { createMemoryCatalog, entryOf } from './memory-catalog.ts';
import { createMemoryStation } from './memory-station.ts';
import { createMortalClock } from './mortal-clock.ts';
import type { TestEngine, TestEngineOptions, TestTarget } from './test-engine.types.ts';

/** Who acts when a test does not say: an operating-system user of the station, level L0. */
export const testUser: Identity = {
  user: 'os:tester',
  name: 'tester',
  roles: [],
  channel: null,
  local: true,
};

/** Creates an engine that knows `definitions`. @throws TestDefinitionError */
export const createTestEngine = async (options: TestEngineOptions): Promise<TestEngine> => {
  const entries = options.definitions.map((source, index) =>
    entryOf(source, `definition ${index + 1}`),
  );
  const catalog = createMemoryCatalog(entries);
  const clock = createManualClock(options.now ?? Date.UTC(2026, 0, 1));
  const station = createMemoryStation({
    files: options.files ?? {},
    exists: options.exists ?? (() => true),
  });
  const limits = limitsOf(options.limits ?? {});
  // Whatever a definition asks for is there, and can be told apart.
  const secrets: SecretStore = {
    ...createMemorySecrets(),
    named: (name) => ({ ok: true, value: `value of ${name}` }),
  };
  let journal = createMemoryJournal<RunEvent>();
  let queue = createMemoryQueue();
  let timers = createMortalClock(clock);
  let draws = 0;

  const open = (): Promise<EmbeddedEngine> =>
    startEmbeddedEngine({
      journal,
      queue,
      catalog,
      workspace: station.workspace,
      projections: station.projections,
      secrets,
      limits,
      levels: () => options.levels ?? {},
      clock: timers,
      // Different for every decision and the same in every execution of a test.
      entropy: () => mixed((draws += 1)),
      logger: silentLogger,
      archiveAfter: 24 * 3_600_000,
      onStopped: () => undefined,
    });
  let engine = await open();
  const port = (): Engine => engine;

  const advance = async (duration: number | string): Promise<void> => {
    const ms = typeof duration === 'number' ? duration : parseDuration(duration);
    if (ms === null) {
      throw new Error(`"${duration}" is no duration; write a number with ms, s, m, h, d or w`);
    }
    const end = clock.now() + ms;
    await idle();
    for (let due = clock.next(); due !== null && due <= end; due = clock.next()) {
      await clock.advance(Math.max(0, due - clock.now()));
      await idle();
    }
    await clock.advance(end - clock.now());
    await idle();
  };

  return {
    get engine() {
      return port();
    },
    files: station.files,
    now: () => clock.now(),
    async start(workflow, input = {}, { version, by, key } = {}) {
      const given = Object.entries(input).map(
        ([name, value]) => [name, { type: 'value', value }] as const,
      );
      const started = await engine.start({
        workflow,
        version: version ?? null,
        input: Object.fromEntries(given),
        by: by ?? testUser,
        key: key ?? null,
        origin: null,
      });
      await idle();
      return started;
    },
    offered: () => queue.offered(),
    async claim(target, agent) {
      const task = queue.offered().find((offer) => isMeant(offer, target));
      if (task === undefined) return null;
      const claimed = await queue.claim(task, agent ?? task.assignedTo);
      await idle();
      return claimed;
    },
    async progress(target, percent, message) {
      const task = [...queue.offered(), ...queue.claimed()].find((held) => isMeant(held, target));
      if (task !== undefined) await queue.progress(task, percent, message);
      await idle();
    },
    async answer(target, answer) {
      const { run, task, lease = null, attempt = null } = target;
      const held = [...queue.offered(), ...queue.claimed()].find((one) => isMeant(one, target));
      const agent = held?.assignedTo ?? 'TEST_AGENT';
      const verdict = await queue.answer({
        run,
        task,
        lease,
        attempt,
        agent,
        result: resultOf(answer),
      });
      await idle();
      return verdict;
    },
    async operate(command, { by = testUser, dryRun = false } = {}) {
      const result = await engine.operate(command, by, { dryRun });
      await idle();
      return result;
    },
    async status(run) {
      const view = await engine.view(run);
      if (view === null) throw new Error(`There is no run ${run}`);
      return view;
    },
    async why(run) {
      const why = await engine.why(run);
      if (why === null) throw new Error(`There is no run ${run}`);
      return why;
    },
    advance,
    nextTimer: () => clock.next(),
    async restart() {
      timers.die();
      timers = createMortalClock(clock);
      journal = journal.reopen();
      queue = createMemoryQueue();
      engine = await open();
      await idle();
    },
    stop: () => engine.stop(),
  };
};

/** Everything in memory goes on by promises alone: once a turn of the event loop has passed, nothing is left to do. */
const idle = async (): Promise<void> => {
  for (let turn = 0; turn < 2; turn += 1) await new Promise((resolve) => setImmediate(resolve));
};

const isMeant = (offer: AgentTask, target: TestTarget): boolean =>
  offer.run === target.run && offer.task === target.task;

const limitsOf = (limits: Readonly<Record<string, AgentLimit>>): AgentLimits => ({
  limitOf: (agent) => (Object.hasOwn(limits, agent) ? (limits[agent] ?? null) : null),
  limited: () => Object.keys(limits),
});

/** 40 characters of `0-9a-z` that look drawn by lot and follow from `count` alone. */
const mixed = (count: number): string => {
  let text = '';
  for (let part = 0; text.length < 40; part += 1) {
    let value = Math.imul(count ^ (part * 0x9e3779b9), 0x85ebca6b);
    value = Math.imul(value ^ (value >>> 13), 0xc2b2ae35) >>> 0;
    text += value.toString(36).padStart(7, '0');
  }
  return text.slice(0, 40);
};
