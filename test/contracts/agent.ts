/**
 * What every kind of agent promises, whatever it is written in. The agent under test does what the
 * payload asks for (`test/support/actors/`); kinds differ only where {@link AgentKind} says so.
 */
import { existsSync, statSync, writeFileSync } from 'node:fs';
import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { AgentAnswer, AgentQueue, AgentTask } from '../../src/agents/queue.ts';
import { parseAgentRegistry } from '../../src/agents/registry.ts';
import type { Json, JsonObject } from '../../src/lib/json.ts';
import type { Act } from '../support/actors/act.ts';
import { aTask, createQueueEngine, until } from '../support/queue-engine.ts';
import type { QueueEngine } from '../support/queue-engine.ts';
import { createQueueStation } from '../support/queue-station.ts';
import type { QueueStation } from '../support/queue-station.ts';

/** One kind of agent and what is its own. */
export interface AgentKind {
  /** Name of the agent in `assigned_to`. */
  readonly agent: string;
  /** The `agents` of the station's agents.yaml. */
  readonly registry: JsonObject;
  /** Starts whoever does the work; resolves when it hears tasks. */
  start(station: string): Promise<Workers>;
  /** The same agent with a time limit of its own of 600 ms, or null where there is no such thing. */
  readonly brisk: string | null;
  /** What comes of a worker that dies: its attempt fails, is done again, or its lease runs out. */
  readonly death: 'fails' | 'again' | 'expires';
  /** What comes of an answer that is none: a failure, a file put aside, or nothing. */
  readonly rubbish: 'fails' | 'is put aside' | 'does no harm';
  /** Whether a failure can carry an output. */
  readonly failsWithOutput: boolean;
  /** Whether work stops when its task is taken back. */
  readonly stops: boolean;
}

export interface Workers {
  /** Starts again what died; nothing where somebody sees to that. */
  revive(): Promise<void>;
  stop(): Promise<void>;
}

/** Most bytes of an answer in the contract. */
export const MOST_BYTES = 2_000_000;

export const agentContract = (name: string, kind: AgentKind): void => {
  describe(`agent: ${name}`, { timeout: 30_000 }, () => {
    let station: QueueStation;
    let engine: QueueEngine;
    let queue: AgentQueue;
    let workers: Workers;
    let marks = 0;

    beforeAll(async () => {
      station = await createQueueStation();
      const text = JSON.stringify({ agents: kind.registry });
      const { registry, problems } = parseAgentRegistry(text, 'agents.yaml');
      expect(problems).toEqual([]);
      await writeFile(station.folders.registry, text);
      engine = createQueueEngine();
      queue = station.queue({ registry, limits: { answer: MOST_BYTES } });
      await queue.start(engine);
      workers = await kind.start(station.station);
    }, 30_000);
    afterAll(async () => {
      await workers.stop();
      await station.dispose();
    });

    const mark = (): string => join(station.station, `mark-${(marks += 1)}`);

    const offer = async (act: Act, values: Partial<AgentTask> = {}): Promise<AgentTask> => {
      const task = aTask({ assignedTo: kind.agent, payload: act as unknown as Json, ...values });
      engine.open(task);
      await queue.offer(task);
      return task;
    };
    const answersTo = (task: AgentTask): readonly AgentAnswer[] =>
      engine.answers.filter(({ run }) => run === task.run);
    const resultOf = async (task: AgentTask): Promise<AgentAnswer['result']> =>
      (await until(`the answer of ${task.run}`, () => answersTo(task)[0])).result;
    const failureOf = async (task: AgentTask) => {
      const result = await resultOf(task);
      if (result.type !== 'failure') throw new Error(`no failure but ${JSON.stringify(result)}`);
      return result;
    };
    const worksOn = async (): Promise<void> => {
      const task = await offer({ act: 'echo', value: 'still here' });
      expect(await resultOf(task)).toEqual({ type: 'success', output: { value: 'still here' } });
    };
    /** Waits until a hanging act has stopped writing. */
    const stopped = async (path: string): Promise<void> => {
      let size = -1;
      let since = Date.now();
      await until('the work stops', () => {
        const now = statSync(path).size;
        if (now !== size) since = Date.now();
        size = now;
        return Date.now() - since > 500;
      });
    };

    it.each<[string, Json]>([
      ['a text', 'plain'],
      ['unicode', 'ä⧗ 👩‍🚀 \u202Eabc אב 中文'],
      [
        'text that looks like something else',
        ['yes', 'null', '~', '1e3', '0123', '- a', '2025-01-01'],
      ],
      ['times as text', ['2025-10-07T14:20:00.000Z', '2025-10-07T14:20:00+02:00']],
      ['lines and blanks', ' a\r\n\tb\n\n c \\ " \' $(x) `y` ; rm -rf /\n'],
      ['nothing', null],
      ['an empty text', ''],
      ['an empty list', []],
      ['an empty mapping', {}],
      ['empty lists in lists', [[], [[]], [{}], [null]]],
      ['a list of one', ['one']],
      ['a list of one list of one', [['one']]],
      ['a list in a mapping', { list: ['one'], none: [], missing: null }],
      ['yes and no', [true, false]],
      ['numbers', [0, -1, 1.5, 0.1, 1e21, 9_007_199_254_740_991, -9_007_199_254_740_991]],
      ['keys of all kinds', { 'a b': 1, '': 2, '1': 3, 'ä.[0]': 4, $ref: 5, '#': 6 }],
      ['something deep', { a: { b: { c: { d: { e: { f: [[[[['g']]]]] } } } } } }],
    ])('gives back %s as it went', async (_what, value) => {
      const task = await offer({ act: 'echo', value });
      expect(await resultOf(task)).toEqual({ type: 'success', output: { value } });
    });

    it('changes no digit of a large number', async () => {
      expect(await resultOf(await offer({ act: 'digits' }))).toEqual({
        type: 'success',
        output: { value: ['9007199254740993', '123456789012345678901234567890'] },
      });
    });

    it('takes and gives much', async () => {
      const value = 'ä'.repeat(300_000);
      const task = await offer({ act: 'echo', value });
      expect(await resultOf(task)).toEqual({ type: 'success', output: { value } });
    });

    it('says of what failed its type, its message, whether to try again, and what there is', async () => {
      for (const retryable of [true, false]) {
        const error = { type: 'PolicyError', message: 'no such\n⧗ policy', retryable };
        expect(await failureOf(await offer({ act: 'fail', error }))).toMatchObject({
          error: {
            type: 'PolicyError',
            message: expect.stringContaining(error.message),
            retryable,
          },
          output: kind.failsWithOutput ? { seen: 1 } : {},
        });
      }
    });

    it('has an AgentError for a failure of which nothing is said', async () => {
      const { error } = await failureOf(await offer({ act: 'break' }));
      expect(error.type).toBe('AgentError');
      expect(error.message).not.toBe('');
      expect(error.retryable).not.toBe(false);
    });

    it('has what it said with its answer', async () => {
      const task = await offer({ act: 'say' });
      const { log, result } = await until(`the answer of ${task.run}`, () => answersTo(task)[0]);
      expect(result).toEqual({ type: 'success', output: { said: true } });
      expect(log?.lines.map(({ level, message }) => `${level} ${message}`)).toEqual([
        'info one ⧗ thing',
        'warn another',
      ]);
    });

    it('tells how far it is while it works', async () => {
      const path = mark();
      const task = await offer({ act: 'progress', mark: path });
      await until('the report', () =>
        engine.reports.some((line) => line === `${task.run} scan 1 25 a quarter ⧗`),
      );
      expect(answersTo(task)).toEqual([]);
      writeFileSync(path, '');
      expect(await resultOf(task)).toEqual({ type: 'success', output: { done: true } });
    });

    it.runIf(kind.stops)('stops when its task is taken back, and works on', async () => {
      const path = mark();
      const task = await offer({ act: 'hang', mark: path });
      await until('it works', () => existsSync(path));
      engine.close(task.run, task.task);
      await queue.withdraw(task.run, task.task, task.lease);
      await stopped(path);
      expect(answersTo(task)).toEqual([]);
      await worksOn();
    });

    it('changes nothing with the answer to a task that was taken back', async () => {
      const path = mark();
      const task = await offer({ act: 'progress', mark: path });
      await until('it works', () => engine.reports.some((line) => line.startsWith(task.run)));
      engine.close(task.run, task.task);
      await queue.withdraw(task.run, task.task, task.lease);
      writeFileSync(path, '');
      await worksOn();
      expect(answersTo(task)).toEqual([]);
    });

    it.runIf(kind.brisk !== null)('stops at its task’s deadline without an answer', async () => {
      const path = mark();
      const deadline = Date.now() + 1_500;
      const task = await offer({ act: 'hang', mark: path }, { deadline });
      // Where workers are slow to start, its time is over before it works.
      await until('it works or is over', () => existsSync(path) || Date.now() > deadline);
      if (existsSync(path)) await stopped(path);
      expect(answersTo(task)).toEqual([]);
      await worksOn();
    });

    it.runIf(kind.brisk !== null)('has a TimeoutError past its own limit', async () => {
      const path = mark();
      const task = await offer({ act: 'hang', mark: path }, { assignedTo: kind.brisk ?? '' });
      const { error } = await failureOf(task);
      expect(error).toMatchObject({ type: 'TimeoutError', retryable: null });
      expect(error.message).toContain('0.6 s');
    });

    it(`dies, and its attempt ${kind.death}`, async () => {
      const heartbeat = kind.death === 'expires' ? 1_000 : null;
      const task = await offer({ act: 'die', mark: mark() }, { heartbeat });
      if (kind.death === 'fails') {
        const { error } = await failureOf(task);
        expect(error).toMatchObject({ type: 'AgentError', retryable: true });
        expect(error.message).toContain('my last words');
      } else {
        if (kind.death === 'expires') {
          await until('its lease ran out', () => engine.expired.includes(`${task.run} scan 1`));
          const second = { ...task, attempt: 2, lease: 'the-second' };
          engine.open(second);
          await queue.offer(second);
        }
        await workers.revive();
        expect(await resultOf(task)).toEqual({ type: 'success', output: { again: true } });
      }
      await worksOn();
    });

    it(`answers rubbish, which ${kind.rubbish}`, async () => {
      const task = await offer({ act: 'rubbish' });
      switch (kind.rubbish) {
        case 'fails': {
          const { error } = await failureOf(task);
          expect(error.type).toBe('AgentError');
          expect(error.message).toMatch(
            /not one JSON value|no line of the protocol|cannot be sent/,
          );
          break;
        }
        case 'is put aside': {
          const aside = await until('it is put aside', () =>
            engine.unusables.find(({ run }) => run === task.run),
          );
          expect(aside.cause).toBe('unreadable');
          expect(answersTo(task)).toEqual([]);
          break;
        }
        case 'does no harm':
          expect(await resultOf(task)).toEqual({ type: 'success', output: { printed: true } });
      }
      await worksOn();
    });

    it('may not answer more than is allowed', async () => {
      const task = await offer({ act: 'huge', bytes: MOST_BYTES * 2 });
      if (kind.rubbish !== 'is put aside') {
        expect((await failureOf(task)).error).toMatchObject({
          type: 'AgentError',
          retryable: false,
        });
      } else {
        await until('it is put aside', () => engine.unusables.some(({ run }) => run === task.run));
      }
      await worksOn();
    });

    it('answers each of many tasks once', async () => {
      const tasks: AgentTask[] = [];
      for (let index = 0; index < 25; index += 1) {
        tasks.push(await offer({ act: 'echo', value: index }));
      }
      for (const [index, task] of tasks.entries()) {
        expect(await resultOf(task)).toEqual({ type: 'success', output: { value: index } });
        expect(answersTo(task)).toHaveLength(1);
      }
    });
  });
};
