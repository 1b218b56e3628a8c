/** Long-lived workers, as real processes: what they may say, how they end, what that costs. */
import { spawnSync } from 'node:child_process';
import { readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { AgentFailure } from '../../../src/agents/agent.ts';
import type { BuiltinAgent } from '../../../src/agents/agent.ts';
import { createJsonLinesAgent } from '../../../src/agents/process/json-lines-agent.ts';
import type { WorkerAgentOptions } from '../../../src/agents/process/json-lines-agent.ts';
import { parseAgentRegistry } from '../../../src/agents/registry.ts';
import { createManualClock } from '../../../src/lib/manual-clock.ts';
import type { JsonObject } from '../../../src/lib/json.ts';
import { createFakeContext, createTempStation } from '../../support/agent-context.ts';
import { isAlive } from '../../support/is-alive.ts';
import { until } from '../../support/queue-engine.ts';

const WORKER = fileURLToPath(new URL('../../support/worker.mjs', import.meta.url));

describe('agents that are long-lived programs', () => {
  let root: string;
  let remove: () => Promise<void>;
  const made: BuiltinAgent[] = [];
  beforeEach(async () => {
    ({ root, remove } = await createTempStation({ 'tools/': '' }));
  });
  afterEach(async () => {
    for (const agent of made.splice(0)) await agent.close?.();
    await remove();
  });

  const agent = (more: JsonObject = {}, options: Partial<WorkerAgentOptions> = {}) => {
    const entry = { kind: 'command', protocol: 'jsonl', command: ['node', WORKER], ...more };
    const text = JSON.stringify({ agents: { TOOL: entry } });
    const { registry, problems } = parseAgentRegistry(text, 'agents.yaml');
    expect(problems).toEqual([]);
    const read = registry.get('TOOL');
    if (read?.kind !== 'command') throw new Error('no command agent');
    const created = createJsonLinesAgent(read, {
      station: root,
      environment: process.env,
      grace: 300,
      ...options,
    });
    made.push(created);
    return created;
  };
  const context = (signal?: AbortSignal) =>
    createFakeContext({ root, ...(signal === undefined ? {} : { signal }) });
  const run = (to: BuiltinAgent, payload: JsonObject, with_ = context()) =>
    to.handle(payload, with_);
  const failureOf = async (work: Promise<unknown>): Promise<AgentFailure> => {
    const error = await work.then(
      (value) => value,
      (reason: unknown) => reason,
    );
    if (!(error instanceof AgentFailure)) throw new Error(`no failure but ${String(error)}`);
    return error;
  };
  /** The worker still does its work: what went before has cost nothing more. */
  const goesOn = async (to: BuiltinAgent): Promise<void> => {
    expect(await run(to, { do: 'echo', with: ['fine'] })).toEqual(['fine']);
  };

  it('does one task after the other in one process', async () => {
    const tool = agent({ workers: 1 });
    const payload = { do: 'echo', with: { a: [1, 'ä⧗\u2028', null, []], '': { b: false } } };
    for (let turn = 0; turn < 50; turn += 1) {
      expect(await run(tool, payload)).toEqual(payload.with);
    }
    expect(tool.workers?.()).toEqual({ limit: 1, busy: 0, idle: 1, started: 1, runtime: null });
  });

  it('is told what it works on, and runs where and as its entry says', async () => {
    const tool = agent({ cwd: 'tools', env: { A: 1, HELLO: 'Node for tests' } });
    expect(await run(tool, { do: 'who' })).toMatchObject({
      cwd: expect.stringMatching(/tools$/),
      agent: 'TOOL',
      a: '1',
      context: { agent: 'TOOL', task: 'receipt', attempt: 1, station: root, run: 'wf-test-0001' },
    });
    expect(tool.workers?.()).toMatchObject({ runtime: 'Node for tests' });
  });

  it('starts at most so many, and gives every task its turn', async () => {
    const tool = agent({ workers: 2 });
    const pids = await Promise.all(
      Array.from({ length: 200 }, () => run(tool, { do: 'who' }) as Promise<{ pid: number }>),
    );
    expect(new Set(pids.map(({ pid }) => pid)).size).toBe(2);
    expect(tool.workers?.()).toMatchObject({ busy: 0, idle: 2, started: 2 });
  });

  it('takes lines however they come', async () => {
    expect(await run(agent(), { do: 'split' })).toBe('ä⧗');
  });

  it('passes on progress, log lines and stderr', async () => {
    const heard = context();
    await run(agent(), { do: 'noisy' }, heard);
    expect(heard.said).toEqual(['40 on the way', '100 ']);
    await until('stderr came too', () => heard.logged.length === 3);
    // The two streams are two pipes: only the order within each is sure.
    expect([...heard.logged].sort()).toEqual([
      'info: from stderr',
      'info: odd level',
      'warn: careful',
    ]);
  });

  it('keeps the digits of numbers that JavaScript would change', async () => {
    const output =
      '{"big":9007199254740993,"thirty":-123456789012345678901234567890,"fine":[1e3,0.1,12345]}';
    const text = `{"type":"result","id":ID,"output":${output}}`;
    expect(await run(agent(), { do: 'raw', text })).toEqual({
      big: '9007199254740993',
      thirty: '-123456789012345678901234567890',
      fine: [1000, 0.1, 12345],
    });
  });

  it('fails as the worker says', async () => {
    const error = { type: 'DiskError', message: 'full', retryable: false, retry_after: '2s' };
    const tool = agent();
    const failure = await failureOf(run(tool, { do: 'fail', with: { error, output: { a: 1 } } }));
    expect(failure).toMatchObject({
      type: 'DiskError',
      message: 'full',
      retryable: false,
      retryAfter: 2_000,
      payload: { a: 1 },
    });
    const bare = await failureOf(run(tool, { do: 'fail', with: { error: {} } }));
    expect(bare).toMatchObject({ type: 'AgentError', retryable: true, retryAfter: null });
    await goesOn(tool);
  });

  it.each([
    ['dies', { do: 'die' }, /exit code 3.*\nlast words/, true],
    ['is killed', { do: 'kill' }, /was ended by SIGKILL/, true],
    ['prints text', { do: 'raw', text: 'hello' }, /no line of the protocol.*\nhello/, false],
    ['prints half a line', { do: 'raw', text: '{"type":"result",' }, /it is not JSON/, false],
    ['answers nothing', { do: 'raw', text: '{"type":"result","id":ID}' }, /output/, false],
    [
      'answers another task',
      { do: 'raw', text: '{"type":"result","id":99,"output":1}' },
      /not given/,
      false,
    ],
    ['floods with lines', { do: 'flood' }, /more than is allowed/, false],
    ['floods stderr', { do: 'flood', stream: 'stderr', line: 'x'.repeat(99) }, /more than/, false],
    ['never ends its line', { do: 'flood', line: 'x'.repeat(999) }, /in one line/, false],
  ])('fails only the attempt when the worker %s', async (_what, payload, message, retryable) => {
    const tool = agent({ workers: 1 }, { limit: 50_000 });
    const heard = context();
    const failure = await failureOf(run(tool, payload, heard));
    expect(failure).toMatchObject({ type: 'AgentError', retryable });
    expect(failure.message).toMatch(new RegExp(message.source, 's'));
    expect(failure.message.length).toBeLessThan(10_000);
    expect(heard.logged.length).toBeLessThan(1_100);
    await goesOn(tool);
    expect(tool.workers?.()).toMatchObject({ started: 2, busy: 0 });
  });

  it('is not disturbed by what comes late', async () => {
    const tool = agent({ workers: 1 });
    expect(await run(tool, { do: 'late' })).toBe('first');
    await goesOn(tool);
    expect(tool.workers?.()).toMatchObject({ started: 1 });
  });

  it('asks the worker to stop before it ends it', async () => {
    const tool = agent({ workers: 1 });
    const controller = new AbortController();
    const heard = context(controller.signal);
    const work = failureOf(run(tool, { do: 'wait' }, heard));
    await until('it waits', () => heard.said.length === 1);
    controller.abort(new Error('The task was taken back'));
    expect(await work).toMatchObject({ type: 'Stopped', message: 'The task was taken back' });
    await goesOn(tool);
    expect(tool.workers?.()).toMatchObject({ started: 1 });
  });

  it('ends a worker that does not stop, with all it started', async () => {
    const tool = agent({ workers: 1 });
    const controller = new AbortController();
    const heard = context(controller.signal);
    const work = failureOf(run(tool, { do: 'brood' }, heard));
    const pids = await until('it runs', () => heard.said[0]?.slice(2).split(' ').map(Number));
    controller.abort(new Error('The time for this task is over'));
    const failure = await work;
    expect(failure.message).toMatch(/time for this task is over.*did not stop within 0.3 s/);
    await until('both are gone', () => pids.every((pid) => !isAlive(pid)));
    await goesOn(tool);
  });

  it('shows the last lines of a worker that hung', async () => {
    const controller = new AbortController();
    const heard = context(controller.signal);
    const work = failureOf(run(agent(), { do: 'hang' }, heard));
    await until('it hangs', () => heard.logged.length === 2);
    controller.abort();
    const { message } = await work;
    expect(message.split('\n').slice(1).sort()).toEqual(['hanging', 'hangs']);
  });

  it('takes a task back that still waits for a worker', async () => {
    const tool = agent({ workers: 1 });
    const first = new AbortController();
    const heard = context(first.signal);
    const busy = failureOf(run(tool, { do: 'wait' }, heard));
    await until('the only worker is busy', () => heard.said.length === 1);
    const second = new AbortController();
    const waiting = failureOf(run(tool, { do: 'echo' }, context(second.signal)));
    const third = run(tool, { do: 'echo', with: 3 });
    second.abort();
    expect((await waiting).message).toMatch(/waited for a worker/);
    first.abort();
    await busy;
    expect(await third).toBe(3);
  });

  it('replaces a worker after so many tasks, or above so much memory', async () => {
    const tool = agent({ workers: 1, max_tasks: 3 });
    for (let turn = 0; turn < 7; turn += 1) await goesOn(tool);
    expect(tool.workers?.().started).toBe(3);
    const fat = agent({ workers: 1, max_memory: '1KB' });
    await goesOn(fat);
    await goesOn(fat);
    expect(fat.workers?.().started).toBe(2);
  });

  it('ends a worker that nobody needs', async () => {
    const clock = createManualClock();
    const tool = agent({ workers: 1, idle: '1m' }, { clock });
    const { pid } = (await run(tool, { do: 'who' })) as { readonly pid: number };
    await clock.advance(59_000);
    expect(isAlive(pid)).toBe(true);
    await clock.advance(1_000);
    await until('it is gone', () => tool.workers?.().busy === 0 && !isAlive(pid));
    await goesOn(tool);
  });

  it('ends a worker that does not end itself when it is to', async () => {
    const tool = agent({ env: { STUBBORN: '1' } });
    const { pid } = (await run(tool, { do: 'who' })) as { readonly pid: number };
    await tool.close?.();
    expect(isAlive(pid)).toBe(false);
  });

  it('notices that an idle worker died', async () => {
    const tool = agent({ workers: 1 });
    const { pid } = (await run(tool, { do: 'who' })) as { readonly pid: number };
    process.kill(pid, 'SIGKILL');
    await until('it is noticed', () => tool.workers?.().idle === 0);
    await goesOn(tool);
  });

  it('says what to do when there is no such program', async () => {
    const tool = agent({ command: ['no-such-program-here'] });
    const failure = await failureOf(run(tool, {}));
    expect(failure.message).toMatch(/was not found.*agents\.TOOL\.command in \.3ox\/agents\.yaml/);
    expect(failure.retryable).toBe(false);
  });

  it('serves what a worker asks for', async () => {
    const tool = agent();
    const ask = (method: string, params: JsonObject) => run(tool, { do: 'ask', method, params });
    expect(await ask('parse_yaml', { text: 'a: [1, 9007199254740993]' })).toEqual({
      a: [1, '9007199254740993'],
    });
    expect(await ask('parse_yaml', { text: 'a: [1' })).toMatchObject({ type: 'YamlError' });
    expect(await ask('write_yaml', { value: { a: ['1'] } })).toBe("a:\n  - '1'\n");
    expect(await ask('read_path', { path: 'TOOLS' })).toMatch(/tools$/);
    expect(await ask('read_path', { path: '../x' })).toMatchObject({ type: 'InvalidPathError' });
    expect(await ask('read_path', {})).toMatchObject({ message: 'The call needs a text path' });
    expect(await ask('fly', {})).toMatchObject({
      message: expect.stringMatching(/no service fly/),
    });
  });

  it('works as the reference shows it, in Python', async (test) => {
    if (spawnSync('python3', ['--version']).status !== 0) {
      if (process.env['CI'] !== undefined) throw new Error('CI needs python3');
      console.warn('NOT RUN: the Python worker of docs/reference/workers.md, there is no python3');
      test.skip();
    }
    const page = await readFile('docs/reference/workers.md', 'utf8');
    const [, program = ''] = /^```python\n(.*?)^```/msu.exec(page) ?? [];
    await writeFile(join(root, 'tools', 'sum.py'), program);
    const tool = agent({ command: ['python3', 'tools/sum.py'] });
    const heard = context();
    expect(await run(tool, { numbers: [1, 2, 3.5] }, heard)).toEqual({ sum: 6.5 });
    expect(heard.said).toEqual(['50 3 numbers']);
    expect(tool.workers?.().runtime).toMatch(/^Python 3/);
  });
});
