/** The agent host inside this process: claims, concurrency, contexts, ends. */
import { existsSync, readdirSync, readFileSync, renameSync, utimesSync, watch } from 'node:fs';
import { mkdir, unlink, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { AgentFailure } from '../../../src/agents/agent.ts';
import type { AgentContext, BuiltinAgent } from '../../../src/agents/agent.ts';
import { readAgentHealth } from '../../../src/agents/host/health.ts';
import { runAgentHost } from '../../../src/agents/host/host.ts';
import type { AgentHostOptions, HostHandle } from '../../../src/agents/host/host.ts';
import type { AgentQueue, AgentTask } from '../../../src/agents/queue.ts';
import { parseAgentRegistry } from '../../../src/agents/registry.ts';
import { ownIdentity } from '../../../src/lib/host/processes.ts';
import type { Json, JsonObject } from '../../../src/lib/json.ts';
import { aTask, createQueueEngine, until } from '../../support/queue-engine.ts';
import type { QueueEngine } from '../../support/queue-engine.ts';
import { createQueueStation } from '../../support/queue-station.ts';
import type { QueueStation } from '../../support/queue-station.ts';

const TIMING = { rescan: 200, beat: 50, orphan: 400, progress: 500, grace: 300, presence: 100 };

describe('the agent host', () => {
  let station: QueueStation;
  let engine: QueueEngine;
  let queue: AgentQueue;
  const hosts: HostHandle[] = [];

  beforeEach(async () => {
    station = await createQueueStation();
    engine = createQueueEngine();
    queue = station.queue();
    await queue.start(engine);
  });
  afterEach(async () => {
    await Promise.all(hosts.splice(0).map((host) => host.stop()));
    await station.dispose();
  });

  const agent = (
    handle: (payload: JsonObject, context: AgentContext) => unknown,
    values: Partial<BuiltinAgent> = {},
  ): BuiltinAgent => ({
    name: 'TEST_AGENT',
    description: '',
    concurrency: 1,
    // What a handler returns is checked by the host; these return what they should not, too.
    handle: async (payload, context): Promise<never> => (await handle(payload, context)) as never,
    ...values,
  });

  const run = async (
    builtin: readonly BuiltinAgent[],
    options: Partial<AgentHostOptions> = {},
  ): Promise<HostHandle> => {
    const host = await runAgentHost({
      station: station.station,
      agents: 'all',
      builtin,
      registry: new Map(),
      environment: process.env,
      openHistory: () => ({ summary: () => Promise.reject(new Error('no history')) }),
      timing: TIMING,
      ...options,
    });
    hosts.push(host);
    return host;
  };

  const offer = async (values: Partial<AgentTask> = {}): Promise<AgentTask> => {
    const task = aTask(values);
    engine.open(task);
    await queue.offer(task);
    return task;
  };

  const answered = (count = 1) =>
    until(`${count} answers`, () => (engine.answers.length >= count ? engine.answers : null));

  it('claims, works and answers with the lease', async () => {
    await run([agent((payload) => ({ got: payload['folder'] }))]);
    const task = await offer();
    const [answer] = await answered();
    expect(answer).toMatchObject({
      attempt: 1,
      lease: task.lease,
      agent: 'TEST_AGENT',
      result: { type: 'success', output: { got: '0UT.3OX' } },
    });
    await until('the claim is gone', () => !existsSync(station.claimPath(task)));
    expect(readdirSync(station.answers)).toEqual([]);
  });

  it('leaves other agents’ tasks alone', async () => {
    await run([agent(() => 1)]);
    const other = await offer({ assignedTo: 'SOMEBODY_ELSE' });
    await offer();
    await answered();
    expect(existsSync(station.taskPath(other))).toBe(true);
  });

  it('tells the handler who it works for, and checks its paths', async () => {
    await mkdir(join(station.station, '0UT.3OX'));
    await run([
      agent(async (_payload, context) => ({
        identity: { ...context.identity },
        inside: context.paths.relative(await context.paths.read('0UT.3OX')),
        outside: await context.paths.read('.3ox').catch((error: unknown) => String(error)),
      })),
    ]);
    const task = await offer({ readAccess: ['0UT.3OX'], task: 'scan.3', attempt: 2 });
    const [answer] = await answered();
    expect(answer?.result).toMatchObject({
      output: {
        identity: { run: task.run, task: 'scan.3', attempt: 2, workflow: task.workflow },
        inside: '0UT.3OX',
        outside: expect.stringContaining('not covered'),
      },
    });
  });

  it('runs as many as it may at a time, oldest first, and takes the next by itself', async () => {
    let running = 0;
    let most = 0;
    const order: string[] = [];
    const tasks: AgentTask[] = [];
    for (let index = 0; index < 6; index += 1) {
      const task = await offer();
      const at = new Date(Date.now() - (10 - index) * 1_000);
      utimesSync(station.taskPath(task), at, at);
      tasks.push(task);
    }
    await run([
      agent(
        async (_payload, { identity }) => {
          order.push(identity.run);
          running += 1;
          most = Math.max(most, running);
          await new Promise((resolve) => setTimeout(resolve, 30));
          running -= 1;
          return 1;
        },
        { concurrency: 2 },
      ),
    ]);
    await answered(6);
    expect(most).toBe(2);
    expect(order).toEqual(tasks.map((task) => task.run));
  });

  it('never gives one task to two hosts', async () => {
    const worked: string[] = [];
    const make = (): BuiltinAgent =>
      agent((_payload, { identity }) => worked.push(identity.run), { concurrency: 5 });
    await run([make()]);
    await run([make()]);
    await Promise.all(Array.from({ length: 100 }, () => offer()));
    await answered(100);
    expect(worked).toHaveLength(100);
    expect(engine.ignored).toEqual([]);
  });

  it('reports failures as they are, and anything else as an AgentError', async () => {
    await run([
      agent((payload) => {
        if (payload['kind'] === 'known') {
          throw new AgentFailure('PolicyError', 'no policy', {
            retryable: false,
            payload: { a: 1 },
          });
        }
        throw new TypeError('x is not a function');
      }),
    ]);
    await offer({ payload: { kind: 'known' } });
    await answered();
    await offer({ payload: { kind: 'unknown' } });
    const [known, unknown] = await answered(2);
    expect(known?.result).toMatchObject({
      error: { type: 'PolicyError', message: 'no policy', retryable: false },
      output: { a: 1 },
    });
    expect(unknown?.result).toMatchObject({
      error: { type: 'AgentError', message: 'x is not a function', retryable: null },
    });
  });

  it.each([
    ['undefined', undefined],
    ['a function', () => 1],
    ['a date', new Date(0)],
    ['NaN', { a: Number.NaN }],
  ])('reports output that is not JSON: %s', async (_what, output) => {
    await run([agent(() => output)]);
    await offer();
    const [answer] = await answered();
    expect(answer?.result).toMatchObject({
      type: 'failure',
      error: { type: 'AgentError', message: expect.stringContaining('cannot be sent') },
    });
  });

  it('follows large payloads and sends large outputs by reference', async () => {
    queue = station.queue({ limits: { inline: 1_000 } });
    await queue.start(engine);
    await run([agent((payload) => payload)], { limits: { inline: 1_000 } });
    const payload = { text: 'ä'.repeat(5_000) };
    await offer({ payload });
    const [answer] = await answered();
    expect(answer?.result).toEqual({ type: 'success', output: payload });
    const filed = await until('it is filed', () => station.names('answered')[0]);
    expect(readFileSync(join(station.folders.answered, filed), 'utf8')).toContain('$ref');
  });

  it('writes no progress of work that ends at once', async () => {
    await run([
      agent(async (_payload, context) => {
        context.progress(100, 'that was quick');
        return 1;
      }),
    ]);
    const written: string[] = [];
    const watcher = watch(station.answers, (_event, name) => void written.push(String(name)));
    await offer();
    await answered();
    await until('what was written', () => written.some((name) => name.startsWith('response-')));
    watcher.close();
    expect(written.filter((name) => name.startsWith('progress-'))).toEqual([]);
  });

  it('throttles progress, last report included', async () => {
    await run([
      agent(async (_payload, context) => {
        for (let percent = 0; percent <= 100; percent += 1) {
          context.progress(percent, `at ${percent}`);
          await new Promise((resolve) => setTimeout(resolve, 11));
        }
        await new Promise((resolve) => setTimeout(resolve, 700));
        return 1;
      }),
    ]);
    await offer();
    await answered();
    expect(engine.reports.length).toBeGreaterThanOrEqual(2);
    expect(engine.reports.length).toBeLessThanOrEqual(6);
    expect(engine.reports.at(-1)).toMatch(/100 at 100$/);
    expect(readdirSync(station.answers)).toEqual([]);
  });

  const untilAborted = (seen: string[]) =>
    agent(
      (_payload, { signal }) =>
        new Promise((_resolve, reject) => {
          seen.push('started');
          signal.addEventListener('abort', () => {
            seen.push(String(signal.reason));
            reject(new Error('stopped'));
          });
        }),
    );

  it('stops the handler at the deadline, and leaves the verdict to the engine', async () => {
    const seen: string[] = [];
    await run([untilAborted(seen)]);
    const task = await offer({ deadline: Date.now() + 300 });
    await until('it is stopped', () => seen.length === 2);
    expect(seen[1]).toMatch(/time for this task is over/);
    await queue.withdraw(task.run, task.task, task.lease);
    await until('the claim is gone', () => !existsSync(station.claimPath(task)));
    expect(engine.answers).toEqual([]);
  });

  it('stops the handler when its claim vanishes', async () => {
    const seen: string[] = [];
    await run([untilAborted(seen)]);
    const task = await offer();
    await until('it works', () => seen.length === 1);
    await queue.withdraw(task.run, task.task, task.lease);
    await until('it is stopped', () => seen.length === 2);
    expect(seen[1]).toMatch(/taken back/);
    expect(engine.answers).toEqual([]);
  });

  it('answers nothing for a claim that somebody else has by now', async () => {
    let finish = (): void => undefined;
    await run([
      agent((_payload, context) => {
        context.progress(1, 'started');
        return new Promise((resolve) => {
          finish = () => resolve(1);
        });
      }),
    ]);
    const task = await offer();
    await until('it works', () => engine.reports.length === 1);
    const path = station.claimPath(task);
    const later = new Date(Date.now() + 60_000);
    utimesSync(path, later, later);
    finish();
    await new Promise((resolve) => setTimeout(resolve, 200));
    expect(engine.answers).toEqual([]);
    expect(existsSync(path)).toBe(true);
  });

  it('gives a handler up that does not stop, and goes on', async () => {
    const worked: string[] = [];
    await run([
      agent((payload) => {
        if (payload['hang'] === true) return new Promise(() => undefined);
        worked.push('next');
        return 1;
      }),
    ]);
    const task = await offer({ payload: { hang: true } });
    await until('it is claimed', () => engine.claims.length === 1);
    await queue.withdraw(task.run, task.task, task.lease);
    await offer();
    await answered();
    expect(worked).toEqual(['next']);
  });

  it('gives back what it did not finish when it stops', async () => {
    const seen: string[] = [];
    const host = await run([untilAborted(seen)]);
    const task = await offer();
    await until('it works', () => seen.length === 1);
    await host.stop();
    expect(seen[1]).toMatch(/host is stopping/);
    expect(existsSync(station.taskPath(task))).toBe(true);
    expect(existsSync(station.claimPath(task))).toBe(false);
    await run([agent(() => 1)]);
    const [answer] = await answered();
    expect(answer).toMatchObject({ attempt: 1, lease: task.lease });
  });

  it('takes nothing more once it stops', async () => {
    const host = await run([agent(() => 1)]);
    await host.stop();
    const task = await offer();
    await new Promise((resolve) => setTimeout(resolve, 300));
    expect(existsSync(station.taskPath(task))).toBe(true);
    expect(readdirSync(station.folders.hosts)).toEqual([]);
  });

  it('keeps its claims alive, more often when the heartbeat is short', async () => {
    await run([agent(() => new Promise((resolve) => setTimeout(() => resolve(1), 900)))], {
      timing: { ...TIMING, beat: 60_000 },
    });
    await offer({ heartbeat: 300 });
    await answered();
    expect(engine.expired).toEqual([]);
  });

  it('takes back claims of a host that is gone: at once when nobody else works there', async () => {
    const task = await offer();
    await station.claim(task);
    await writeFile(
      join(station.folders.hosts, 'dead.json'),
      JSON.stringify(presence('dead', { pid: 2 ** 22 + 1 })),
    );
    await run([agent(() => 1)], { timing: { ...TIMING, orphan: 60_000 } });
    const [answer] = await answered();
    expect(answer).toMatchObject({ attempt: 1, lease: task.lease });
    expect(existsSync(join(station.folders.hosts, 'dead.json'))).toBe(false);
  });

  it('takes back claims nobody touches when another host lives', async () => {
    const task = await offer();
    await station.claim(task);
    const now = new Date();
    utimesSync(station.claimPath(task), now, now);
    await writeFile(join(station.folders.hosts, 'other.json'), JSON.stringify(presence('other')));
    await run([agent(() => 1)]);
    await answered();
    expect(Date.now() - now.getTime()).toBeGreaterThanOrEqual(TIMING.orphan - 50);
  });

  it('leaves a newer offer alone when it finds an old claim of it', async () => {
    const task = await offer();
    await station.claim(task);
    const old = join(station.folders.temp, 'old');
    renameSync(station.claimPath(task), old);
    const next = { ...task, attempt: 2, lease: 'next' };
    await queue.withdraw(task.run, task.task, task.lease);
    engine.open(next);
    await queue.offer(next);
    renameSync(old, station.claimPath(task));
    await run([agent(() => 1)]);
    const [answer] = await answered();
    expect(answer).toMatchObject({ attempt: 2, lease: 'next' });
  });

  it('survives rubbish in the task folder and deleted folders', async () => {
    await writeFile(station.taskPath(aTask()), '{{{');
    await mkdir(station.taskPath(aTask()));
    await run([agent(() => 1)]);
    await offer();
    await answered();
    const task = await offer({ assignedTo: 'SOMEBODY_ELSE' });
    await unlink(station.taskPath(task));
    renameSync(station.folders.claimed, `${station.folders.claimed}-away`);
    await offer();
    await answered(2);
  });

  const registryOf = (agents: Json) => {
    const { registry, problems } = parseAgentRegistry(JSON.stringify({ agents }), 'agents.yaml');
    expect(problems).toEqual([]);
    return registry;
  };

  it('runs the programs of agents.yaml', async () => {
    const command = ['node', '-e', 'process.stdin.pipe(process.stdout)'];
    await run([], { registry: registryOf({ ECHO: { kind: 'command', command } }) });
    await offer({ assignedTo: 'ECHO', payload: { a: [1] } });
    const [answer] = await answered();
    expect(answer?.result).toEqual({ type: 'success', output: { a: [1] } });
  });

  it('gives a program no task of a definition that forbids executing', async () => {
    const command = ['node', '-e', 'process.stdin.pipe(process.stdout)'];
    await run([], { registry: registryOf({ ECHO: { kind: 'command', command } }) });
    await offer({ assignedTo: 'ECHO', forbidden: ['EXECUTE_PROGRAMS'] });
    const [answer] = await answered();
    expect(answer?.result).toMatchObject({
      type: 'failure',
      error: { type: 'PermissionError', message: expect.stringContaining('EXECUTE_PROGRAMS') },
    });
  });

  it('ends an agent’s task at the agent’s own limit', async () => {
    const registry = registryOf({
      SLOW: {
        kind: 'command',
        command: ['node', '-e', 'console.error("waiting"); setInterval(() => {}, 99)'],
        timeout: '1s',
      },
    });
    await run([], { registry });
    await offer({ assignedTo: 'SLOW' });
    const [answer] = await answered();
    expect(answer?.result).toMatchObject({ error: { type: 'TimeoutError' } });
    expect(answer?.log?.lines).toMatchObject([{ level: 'info', message: 'waiting' }]);
  });

  it('sends the end of what a handler said with a failure, warnings first, secrets covered', async () => {
    await run([
      agent((_payload, context) => {
        context.log('warn', 'using hunter2-of-the-month');
        for (let count = 1; count <= 500; count += 1) context.log('info', `line ${count}`);
        throw new AgentFailure('DiskError', 'full');
      }),
    ]);
    await offer({ conceal: ['hunter2-of-the-month'] });
    const [answer] = await answered();
    expect(answer?.result).toMatchObject({ error: { type: 'DiskError' } });
    expect(answer?.log?.lines[0]).toMatchObject({ level: 'warn', message: 'using ••••••' });
    expect(answer?.log?.lines.at(-1)?.message).toBe('line 500');
    expect((answer?.log?.lines.length ?? 0) + (answer?.log?.dropped ?? 0)).toBe(501);
    const now = Date.now();
    for (const { at } of answer?.log?.lines ?? []) expect(now - (at ?? 0)).toBeLessThan(60_000);
  });

  it('says what PowerShell agents need, and fails their tasks with that', async () => {
    const registry = registryOf({ PS: { kind: 'powershell', script: 'a.ps1', function: 'F' } });
    await run([], { registry, environment: { PATH: '' } });
    await offer({ assignedTo: 'PS' });
    const [answer] = await answered();
    expect(answer?.result).toMatchObject({
      error: {
        message: expect.stringContaining('install PowerShell 7.2 or newer'),
        retryable: false,
      },
    });
    const health = await readAgentHealth(station.station);
    expect(health).toMatchObject([
      { name: 'PS', up: false, unavailable: expect.stringContaining('pwsh') },
    ]);
  });

  it('refuses names that nobody can run, with what was meant', async () => {
    const registry = registryOf({ ELSEWHERE: { kind: 'file' } });
    const wrong = (name: string) => run([agent(() => 1)], { agents: [name], registry });
    await expect(wrong('TEST_AGNET')).rejects.toThrow(
      /no agent TEST_AGNET.*did you mean TEST_AGENT/,
    );
    await expect(wrong('ELSEWHERE')).rejects.toThrow(/works on the queue by itself/);
  });

  it('shows the health of every agent', async () => {
    const seen: string[] = [];
    await run([untilAborted(seen), agent(() => Promise.reject(new Error('x')), { name: 'BAD' })]);
    await offer();
    const waiting = await offer();
    await offer({ assignedTo: 'BAD' });
    await offer({ assignedTo: 'NOBODY' });
    await answered();
    const health = await until('the figures are there', async () => {
      const found = await readAgentHealth(station.station);
      return found[0]?.recent?.failures === 1 && found[2]?.running === 1 ? found : null;
    });
    expect(health).toMatchObject([
      {
        name: 'BAD',
        up: true,
        hosts: 1,
        running: 0,
        waiting: 0,
        oldestWaiting: null,
        concurrency: 1,
        recent: { answers: 1, failures: 1, lastFailure: { type: 'AgentError', message: 'x' } },
      },
      { name: 'NOBODY', up: false, hosts: 0, waiting: 1, lastSeen: null, recent: null },
      { name: 'TEST_AGENT', up: true, running: 1, waiting: 1, oldestWaiting: waiting.createdAt },
    ]);
    expect(Date.now() - (health[2]?.lastSeen ?? 0)).toBeLessThan(5_000);
  });

  it('has no health to show where there is nothing', async () => {
    expect(await readAgentHealth(join(station.station, 'none'))).toEqual([]);
    expect(existsSync(join(station.station, 'none'))).toBe(false);
  });
});

const presence = (host: string, values: { readonly pid?: number } = {}) => {
  const counters = {
    running: 0,
    answered: 0,
    failed: 0,
    lastWorked: null,
    concurrency: 1,
    unavailable: null,
  };
  const identity = { ...ownIdentity(), ...values };
  const now = Date.now();
  return {
    schema: 1,
    host,
    process: identity,
    startedAt: now,
    updatedAt: now,
    agents: { TEST_AGENT: counters },
  };
};
