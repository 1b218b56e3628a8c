/** Agents written to the user's guide, as real processes, with the protocol's own waiting times. */
import { spawn } from 'node:child_process';
import type { ChildProcess } from 'node:child_process';
import { existsSync } from 'node:fs';
import { createRequire } from 'node:module';
import { fileURLToPath, pathToFileURL } from 'node:url';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { DEFAULT_TIMING } from '../../../src/agents/file-queue/context.ts';
import type { AgentQueue, AgentTask } from '../../../src/agents/queue.ts';
import { aTask, createQueueEngine, until } from '../../support/queue-engine.ts';
import type { QueueEngine } from '../../support/queue-engine.ts';
import { createQueueStation } from '../../support/queue-station.ts';
import type { QueueStation } from '../../support/queue-station.ts';

const PROGRAM = fileURLToPath(new URL('../../support/guide-agent.ts', import.meta.url));
const TSX = pathToFileURL(createRequire(import.meta.url).resolve('tsx')).href;

describe("an agent written to the user's guide", () => {
  let station: QueueStation;
  let engine: QueueEngine;
  let queue: AgentQueue;
  const children: ChildProcess[] = [];

  beforeEach(async () => {
    station = await createQueueStation();
    engine = createQueueEngine();
    queue = station.queue({ timing: DEFAULT_TIMING });
    await queue.start(engine);
  });
  afterEach(async () => {
    for (const child of children.splice(0)) child.kill('SIGKILL');
    await station.dispose();
  });

  const run = async (behaviour: string): Promise<void> => {
    const args = ['--import', TSX, PROGRAM, station.station, 'GUIDE_AGENT', behaviour];
    const child = spawn(process.execPath, args, { stdio: ['ignore', 'pipe', 'inherit'] });
    children.push(child);
    await new Promise<void>((resolve) => child.stdout.once('data', () => resolve()));
  };

  const offer = async (values: Partial<AgentTask> = {}): Promise<AgentTask> => {
    const task = aTask({ assignedTo: 'GUIDE_AGENT', ...values });
    engine.open(task);
    await queue.offer(task);
    return task;
  };

  it('works unchanged, also for ten tasks at once', async () => {
    await run('success');
    const tasks = await Promise.all(Array.from({ length: 10 }, () => offer()));
    await until('all are answered', () => engine.answers.length === 10);
    expect(engine.answers[0]).toMatchObject({
      agent: 'GUIDE_AGENT',
      lease: null,
      result: { type: 'success', output: { echo: { folder: '0UT.3OX' } } },
    });
    await until('its task files are gone', () =>
      tasks.every((task) => !existsSync(station.taskPath(task))),
    );
    expect(engine.ignored).toEqual([]);
    expect(engine.unusables).toEqual([]);
  });

  it('fails two attempts with two equal failures', async () => {
    await run('failure');
    const first = await offer();
    await until('the first failure', () => engine.answers.length === 1);
    await offer({ run: first.run, attempt: 2, lease: 'second' });
    await until('the second failure', () => engine.answers.length === 2);
    await offer({ run: first.run, attempt: 3, lease: 'third' });
    await until('the third failure', () => engine.answers.length === 3);
    expect(engine.answers.map(({ attempt }) => attempt)).toEqual([1, 2, 3]);
    expect(engine.unusables).toEqual([]);
  });

  it('that does not see other agents’ tasks leaves them alone', async () => {
    await run('success');
    const other = await offer({ assignedTo: 'SOMEBODY_ELSE' });
    await offer();
    await until('its own is answered', () => engine.answers.length === 1);
    expect(existsSync(station.taskPath(other))).toBe(true);
  });

  it('that writes in halves is read whole', async () => {
    await run('halves');
    await offer();
    const answer = await until('the answer', () => engine.answers[0]);
    expect(answer.result).toEqual({ type: 'success', output: { echo: { folder: '0UT.3OX' } } });
  });

  it('that answers twice is heard once', async () => {
    await run('twice');
    await offer();
    await until('the second is ignored', () => engine.ignored.length === 1);
    expect(engine.answers).toHaveLength(1);
    expect(engine.ignored[0]?.verdict).toBe('late');
  });

  it('that writes rubbish is put aside', async () => {
    await run('rubbish');
    await offer();
    await until('it is put aside', () => engine.unusables.length === 1);
    expect(engine.answers).toEqual([]);
  });

  it.each(['hangs', 'dies'])('that %s leaves the task to the next', async (behaviour) => {
    await run(behaviour);
    const task = await offer();
    await new Promise((resolve) => setTimeout(resolve, 300));
    expect(existsSync(station.taskPath(task))).toBe(true);
    for (const child of children) child.kill('SIGKILL');
    await run('success');
    await until('it is answered', () => engine.answers.length === 1);
  });
});
