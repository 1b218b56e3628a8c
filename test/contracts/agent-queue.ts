/** What every agent queue promises the engine, whatever carries the tasks. */
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import type { AttemptLog } from '../../src/engine/answers.ts';
import type { AgentAnswer, AgentQueue, AgentTask } from '../../src/agents/queue.ts';
import { aTask, createQueueEngine, until } from '../support/queue-engine.ts';
import type { QueueEngine } from '../support/queue-engine.ts';

/** A queue and the agents' side of it. */
export interface QueueHarness {
  readonly queue: AgentQueue;
  /** Leases on offer to `agent` now. */
  offered(agent: string): Promise<readonly string[]>;
  /** True when this call got it. */
  claim(task: AgentTask): Promise<boolean>;
  /** True while the claim is there. */
  holds(task: AgentTask): Promise<boolean>;
  answer(
    task: AgentTask,
    result: AgentAnswer['result'],
    said?: {
      readonly lease?: string | null;
      readonly attempt?: number | null;
      readonly log?: AttemptLog;
    },
  ): Promise<void>;
  progress(task: AgentTask, percent: number, message: string): Promise<void>;
  dispose(): Promise<void>;
}

const done = { type: 'success', output: { ok: true } } as const;

export const agentQueueContract = (name: string, create: () => Promise<QueueHarness>): void => {
  describe(`agent queue: ${name}`, () => {
    let harness: QueueHarness;
    let engine: QueueEngine;

    beforeEach(async () => {
      harness = await create();
      engine = createQueueEngine();
    });
    afterEach(() => harness.dispose());

    const offer = async (task: AgentTask): Promise<void> => {
      engine.open(task);
      await harness.queue.offer(task);
    };
    const isOffered = async (task: AgentTask): Promise<boolean> =>
      (await harness.offered(task.assignedTo)).includes(task.lease);

    it('offers nothing before it has started', async () => {
      const task = aTask();
      const offered = offer(task);
      expect(await isOffered(task)).toBe(false);
      await harness.queue.start(engine);
      await offered;
      expect(await isOffered(task)).toBe(true);
    });

    it('offers a lease once, however often it is asked to (I3)', async () => {
      await harness.queue.start(engine);
      const task = aTask();
      await offer(task);
      await harness.queue.offer(task);
      expect(await harness.offered(task.assignedTo)).toEqual([task.lease]);
      expect(await harness.claim(task)).toBe(true);
      await until('the claim is known', () => engine.claims.length === 1);
      await harness.queue.offer(task);
      expect(await harness.offered(task.assignedTo)).toEqual([]);
    });

    it('gives a task to one of two who claim it', async () => {
      await harness.queue.start(engine);
      const task = aTask();
      await offer(task);
      const got = await Promise.all([harness.claim(task), harness.claim(task)]);
      expect(got.filter(Boolean)).toHaveLength(1);
    });

    it('says who claimed', async () => {
      await harness.queue.start(engine);
      const task = aTask();
      await offer(task);
      await harness.claim(task);
      await until('the claim is known', () => engine.claims.length === 1);
      expect(engine.claims).toEqual([`${task.run} scan 1 TEST_AGENT`]);
    });

    it('passes on progress of the open attempt', async () => {
      await harness.queue.start(engine);
      const task = aTask();
      await offer(task);
      await harness.claim(task);
      await harness.progress(task, 40, 'half way, nearly');
      await until('the report is there', () => engine.reports.length === 1);
      expect(engine.reports).toEqual([`${task.run} scan 1 40 half way, nearly`]);
    });

    it('passes on an answer once, with its attempt and lease', async () => {
      await harness.queue.start(engine);
      const task = aTask({ attempt: 3 });
      await offer(task);
      await harness.claim(task);
      await harness.answer(task, done);
      const answer = await until('the answer is there', () => engine.answers[0]);
      expect(answer).toMatchObject({
        run: task.run,
        task: 'scan',
        attempt: 3,
        lease: task.lease,
        agent: 'TEST_AGENT',
        result: done,
      });
      expect(engine.answers).toHaveLength(1);
    });

    it('passes on what was said with an answer', async () => {
      await harness.queue.start(engine);
      const task = aTask();
      await offer(task);
      await harness.claim(task);
      const at = Date.UTC(2026, 10, 23, 9, 0, 1, 5);
      const log: AttemptLog = {
        lines: [
          { level: 'warn', message: 'mind the ⧗ gap\nplease', at },
          { level: 'debug', message: 'yes', at: null },
        ],
        dropped: 3,
      };
      await harness.answer(task, done, { log });
      const answer = await until('the answer is there', () => engine.answers[0]);
      expect(answer.log).toEqual(log);
    });

    it('takes an answer without lease and attempt for the open attempt', async () => {
      await harness.queue.start(engine);
      const task = aTask({ attempt: 2 });
      await offer(task);
      await harness.answer(task, done, { lease: null, attempt: null });
      const answer = await until('the answer is there', () => engine.answers[0]);
      expect(answer).toMatchObject({ attempt: 2, lease: null });
    });

    it('passes on failures and deferrals as they are', async () => {
      await harness.queue.start(engine);
      const error = { type: 'PolicyError', message: 'no', retryable: false, retryAfter: 2_000 };
      const results = [
        { type: 'failure', error, output: { seen: 3 } },
        { type: 'deferred', after: 5_000 },
      ] as const;
      for (const result of results) {
        const task = aTask();
        await offer(task);
        await harness.claim(task);
        await harness.answer(task, result);
        await until('the answer is there', () =>
          engine.answers.some((answer) => answer.run === task.run),
        );
      }
      expect(engine.answers.map((answer) => answer.result)).toEqual(results);
    });

    it('does not apply an answer with another lease', async () => {
      await harness.queue.start(engine);
      const task = aTask();
      await offer(task);
      await harness.answer(task, done, { lease: 'an-old-lease' });
      await until('it is decided', () => engine.ignored.length === 1);
      expect(engine.ignored[0]?.verdict).toBe('stale');
      expect(engine.answers).toEqual([]);
    });

    it('does not apply an answer when no attempt is open', async () => {
      await harness.queue.start(engine);
      await harness.answer(aTask(), done);
      await until('it is decided', () => engine.ignored.length === 1);
      expect(engine.ignored[0]?.verdict).toBe('late');
    });

    it('takes an offer back', async () => {
      await harness.queue.start(engine);
      const task = aTask();
      await offer(task);
      await harness.queue.withdraw(task.run, task.task, 'another-lease');
      expect(await isOffered(task)).toBe(true);
      await harness.queue.withdraw(task.run, task.task, task.lease);
      expect(await isOffered(task)).toBe(false);
    });

    it('takes a claim back', async () => {
      await harness.queue.start(engine);
      const task = aTask();
      await offer(task);
      await harness.claim(task);
      await harness.queue.withdraw(task.run, task.task, task.lease);
      await until('the claim is gone', async () => !(await harness.holds(task)));
    });

    it('offers the next attempt after an accepted answer', async () => {
      await harness.queue.start(engine);
      const first = aTask();
      await offer(first);
      await harness.claim(first);
      await harness.answer(first, done);
      await until('the answer is there', () => engine.answers.length === 1);
      const second = { ...first, attempt: 2, lease: 'second-lease' };
      await offer(second);
      expect(await harness.offered(first.assignedTo)).toEqual(['second-lease']);
    });

    it('sweeps what is not open', async () => {
      await harness.queue.start(engine);
      const [kept, old] = [aTask(), aTask()];
      await offer(kept);
      await offer(old);
      await harness.queue.sweep(new Set([kept.lease]));
      expect(await harness.offered(kept.assignedTo)).toEqual([kept.lease]);
    });

    it('lets an engine withdraw and offer while it is deciding', async () => {
      await harness.queue.start(engine);
      const first = aTask();
      const second = { ...first, attempt: 2, lease: 'second-lease' };
      let offered: Promise<void> | undefined;
      engine.onAnswer = async () => {
        engine.onAnswer = () => undefined;
        await harness.queue.withdraw(first.run, first.task, first.lease);
        offered = offer(second);
      };
      await offer(first);
      await harness.claim(first);
      await harness.answer(first, done);
      await until('the answer is there', () => offered !== undefined);
      await offered;
      expect(await isOffered(second)).toBe(true);
    });
  });
};
