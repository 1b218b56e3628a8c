/** The agent host as a process of its own: killed, orphaned, stopped. */
import { spawn } from 'node:child_process';
import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { mkdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { fileURLToPath, pathToFileURL } from 'node:url';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { readAgentHealth } from '../../../src/agents/host/health.ts';
import { hostCommand, superviseAgentHost } from '../../../src/agents/host/supervise.ts';
import type { SuperviseOptions, SupervisedHost } from '../../../src/agents/host/supervise.ts';
import type { AgentQueue, AgentTask } from '../../../src/agents/queue.ts';
import { silentLogger } from '../../../src/lib/logger.ts';
import { isAlive } from '../../support/is-alive.ts';
import { aTask, createQueueEngine, until } from '../../support/queue-engine.ts';
import type { QueueEngine } from '../../support/queue-engine.ts';
import { createQueueStation } from '../../support/queue-station.ts';
import type { QueueStation } from '../../support/queue-station.ts';

/** Notes that it runs, then waits for a file named `go`. */
const PATIENT = `
  const fs = require('node:fs');
  fs.appendFileSync('pids', process.pid + ' ');
  fs.appendFileSync('started', process.env.WORKFLOW_ATTEMPT + ' ');
  setInterval(() => { if (fs.existsSync('go')) { console.log('{"done":true}'); process.exit(0); } }, 20);`;

describe('the agent host as a process', () => {
  let station: QueueStation;
  let engine: QueueEngine;
  let queue: AgentQueue;
  const hosts: SupervisedHost[] = [];

  beforeEach(async () => {
    station = await createQueueStation();
    const agents = { PATIENT: { kind: 'command', command: ['node', '-e', PATIENT] } };
    await writeFile(station.folders.registry, JSON.stringify({ agents }));
    engine = createQueueEngine();
    queue = station.queue();
    await queue.start(engine);
  });
  afterEach(async () => {
    await writeFile(join(station.station, 'go'), '');
    await Promise.all(hosts.splice(0).map((host) => host.stop()));
    await station.dispose();
  });

  const supervise = async (options: Partial<SuperviseOptions> = {}): Promise<SupervisedHost> => {
    const host = await superviseAgentHost({
      station: station.station,
      logger: silentLogger,
      backoff: { first: 50, longest: 400 },
      ...options,
    });
    hosts.push(host);
    return host;
  };

  const offer = async (values: Partial<AgentTask>): Promise<AgentTask> => {
    const task = aTask(values);
    engine.open(task);
    await queue.offer(task);
    return task;
  };

  const started = () =>
    until('the program runs', () => {
      const path = join(station.station, 'started');
      return existsSync(path) ? readFileSync(path, 'utf8').trim().split(' ') : null;
    });

  const pids = () =>
    readFileSync(join(station.station, 'pids'), 'utf8').trim().split(' ').map(Number);

  it('runs the built-in agents', async () => {
    await mkdir(join(station.station, '0UT.3OX'));
    await writeFile(join(station.station, '0UT.3OX', 'a.txt'), 'abc');
    await supervise();
    await offer({ assignedTo: 'FILE_SCANNER_AGENT', payload: { folder: '0UT.3OX' } });
    const answer = await until('the answer', () => engine.answers[0]);
    expect(answer.result).toMatchObject({ type: 'success', output: { total_files: 1 } });
  });

  it('killed in the middle of a task: the next one does it, the same attempt', async () => {
    const host = await supervise();
    const task = await offer({ assignedTo: 'PATIENT' });
    await started();
    process.kill(host.pid() ?? 0, 'SIGKILL');
    await until('it runs again', async () => (await started()).length === 2);
    // What the killed host left running is not at work beside it.
    const [first = 0, second = 0] = pids();
    expect([isAlive(first), isAlive(second)]).toEqual([false, true]);
    expect(host.restarts()).toBe(1);
    await writeFile(join(station.station, 'go'), '');
    const answer = await until('the answer', () => engine.answers[0]);
    expect(answer).toMatchObject({
      attempt: 1,
      lease: task.lease,
      result: { output: { done: true } },
    });
    expect(await started()).toEqual(['1', '1']);
    await until('nothing is left', () => !existsSync(station.claimPath(task)));
    expect(engine.answers).toHaveLength(1);
  });

  it('stopped: gives its task back and leaves no sign of life', async () => {
    const host = await supervise();
    const task = await offer({ assignedTo: 'PATIENT' });
    await started();
    await host.stop();
    expect(host.pid()).toBeNull();
    expect(existsSync(station.taskPath(task))).toBe(true);
    expect(readdirSync(station.folders.hosts)).toEqual([]);
    expect(pids().map(isAlive)).toEqual([false]);
  });

  it('whose parent is killed goes too, and gives its task back', async () => {
    const parent = spawn(
      process.execPath,
      [
        '--import',
        pathToFileURL(createRequire(import.meta.url).resolve('tsx')).href,
        fileURLToPath(new URL('../../support/host-parent.ts', import.meta.url)),
        station.station,
      ],
      { stdio: ['ignore', 'pipe', 'inherit'] },
    );
    const pid = await new Promise<number>((resolve) =>
      parent.stdout.once('data', (data: Buffer) => resolve(Number(String(data)))),
    );
    const task = await offer({ assignedTo: 'PATIENT' });
    await started();
    parent.kill('SIGKILL');
    await until('the host is gone', () => !isAlive(pid));
    expect(existsSync(station.taskPath(task))).toBe(true);
  });

  it('by itself gives back on SIGTERM', async () => {
    const [file, ...args] = hostCommand(station.station, ['PATIENT'], '--alone');
    const child = spawn(file, args, { stdio: 'ignore' });
    const task = await offer({ assignedTo: 'PATIENT' });
    await started();
    const [health] = await readAgentHealth(station.station);
    expect(health).toMatchObject({ name: 'PATIENT', up: true, running: 1 });
    const ended = new Promise((resolve) => child.once('exit', resolve));
    child.kill('SIGTERM');
    expect(await ended).toBe(0);
    expect(existsSync(station.taskPath(task))).toBe(true);
  });

  it('is started again and again, ever more slowly, and not after stop', async () => {
    const command = [process.execPath, '-e', 'process.exit(3)'] as const;
    const told: number[] = [];
    const logger = {
      ...silentLogger,
      warn: (fields: Readonly<Record<string, unknown>>) => void told.push(Number(fields['delay'])),
    };
    const host = await supervise({ command: [...command], logger });
    await until('three restarts', () => host.restarts() >= 3);
    expect(told.slice(0, 3)).toEqual([50, 100, 200]);
    await host.stop();
    const restarts = host.restarts();
    await new Promise((resolve) => setTimeout(resolve, 600));
    expect(host.restarts()).toBe(restarts);
  });

  it('that cannot be started is no crash', async () => {
    const host = await supervise({ command: [join(station.station, 'no-such-program')] });
    await until('it was tried again', () => host.restarts() >= 1);
  });

  it('that does not end when it is asked to is killed', async () => {
    const source = 'process.on("SIGTERM", () => {}); console.log; setInterval(() => {}, 1000)';
    const host = await supervise({ command: [process.execPath, '-e', source], grace: 300 });
    await host.stop();
    expect(host.pid()).toBeNull();
  });

  it('tells what is wrong with its command line', async () => {
    const [file, ...args] = hostCommand(station.station, ['NO_SUCH_AGENT']);
    const child = spawn(file, args, { stdio: ['ignore', 'ignore', 'pipe'] });
    let text = '';
    child.stderr.on('data', (data: Buffer) => (text += String(data)));
    const code = await new Promise((resolve) => child.once('close', resolve));
    expect(code).toBe(1);
    expect(text).toMatch(/There is no agent NO_SUCH_AGENT/);
  });
});
