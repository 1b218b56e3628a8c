/** More tasks at once than anyone works on. QUEUE_BURST=20000 makes the burst large. */
import { readdirSync } from 'node:fs';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import type { BuiltinAgent } from '../../../src/agents/agent.ts';
import { runAgentHost } from '../../../src/agents/host/host.ts';
import type { HostHandle } from '../../../src/agents/host/host.ts';
import { aTask, createQueueEngine, until } from '../../support/queue-engine.ts';
import { createQueueStation } from '../../support/queue-station.ts';
import type { QueueStation } from '../../support/queue-station.ts';

const BURST = Number(process.env['QUEUE_BURST'] ?? '400');

let station: QueueStation;
let host: HostHandle | null = null;

beforeEach(async () => {
  station = await createQueueStation();
});
afterEach(async () => {
  await host?.stop();
  await station.dispose();
});

const agent = (name: string, concurrency: number, handle: BuiltinAgent['handle']) => ({
  name,
  description: name,
  concurrency,
  handle,
});

const run = async (builtin: readonly BuiltinAgent[]): Promise<void> => {
  host = await runAgentHost({
    station: station.station,
    agents: 'all',
    builtin,
    registry: new Map(),
    openHistory: () => ({ summary: () => Promise.reject(new Error('no history')) }),
    environment: {},
  });
};

describe('a burst of tasks', { timeout: 600_000 }, () => {
  it('loses none, answers each once, and lets another agent have its turn', async () => {
    let running = 0;
    let most = 0;
    let open = (): void => undefined;
    const gate = new Promise<void>((resolve) => {
      open = resolve;
    });
    const busy = agent('BUSY_AGENT', 3, async (payload) => {
      running += 1;
      most = Math.max(most, running);
      await gate;
      running -= 1;
      return payload;
    });
    const queue = station.queue();
    const engine = createQueueEngine();
    await queue.start(engine);
    const tasks = Array.from({ length: BURST }, (_, number) =>
      aTask({ assignedTo: 'BUSY_AGENT', payload: { number } }),
    );
    for (const task of tasks) engine.open(task);
    await Promise.all(tasks.map((task) => queue.offer(task)));
    await run([busy, agent('OTHER_AGENT', 1, (payload) => Promise.resolve(payload))]);
    // Nothing of the burst can end before the other agent has answered.
    const other = aTask({ assignedTo: 'OTHER_AGENT' });
    engine.open(other);
    await queue.offer(other);
    await until('the answer of the other agent', () => engine.answers.length === 1);
    expect(engine.answers[0]?.run).toBe(other.run);
    open();
    await until('all answers', () => engine.answers.length === BURST + 1, 590_000);
    expect(new Set(engine.answers.map((answer) => answer.run)).size).toBe(BURST + 1);
    expect(engine.ignored).toEqual([]);
    expect(most).toBe(3);
    // What was taken first was offered first.
    const numbers = engine.answers
      .slice(1)
      .map(({ run: id }) => tasks.findIndex((task) => task.run === id));
    const outOfOrder = numbers.filter((number, index) => Math.abs(number - index) > BURST / 2);
    expect(outOfOrder).toEqual([]);
    expect(readdirSync(station.tasks)).toEqual([]);
    expect(station.names('inbox')).toEqual([]);
  });
});
