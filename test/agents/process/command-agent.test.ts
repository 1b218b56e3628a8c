import { existsSync } from 'node:fs';
import { mkdir, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { AgentFailure } from '../../../src/agents/agent.ts';
import { createCommandAgent } from '../../../src/agents/process/command-agent.ts';
import { parseAgentRegistry } from '../../../src/agents/registry.ts';
import type { JsonObject } from '../../../src/lib/json.ts';
import { createFakeContext, createTempStation } from '../../support/agent-context.ts';
import { isAlive } from '../../support/is-alive.ts';
import { until } from '../../support/queue-engine.ts';

describe('command agents', () => {
  let root: string;
  let remove: () => Promise<void>;
  beforeEach(async () => {
    ({ root, remove } = await createTempStation({}));
  });
  afterEach(() => remove());

  const agent = (command: readonly string[], more: JsonObject = {}, limit?: number) => {
    const text = JSON.stringify({ agents: { TOOL: { kind: 'command', command, ...more } } });
    const { registry, problems } = parseAgentRegistry(text, 'agents.yaml');
    expect(problems).toEqual([]);
    const entry = registry.get('TOOL');
    if (entry?.kind !== 'command') throw new Error('no command agent');
    return createCommandAgent(entry, {
      station: root,
      environment: process.env,
      grace: 300,
      ...(limit === undefined ? {} : { limit }),
    });
  };
  const script = (source: string, more: JsonObject = {}, limit?: number) =>
    agent(['node', '-e', source], more, limit);
  const failureOf = async (work: Promise<unknown>): Promise<AgentFailure> => {
    const error = await work.then(
      () => null,
      (reason: unknown) => reason,
    );
    if (!(error instanceof AgentFailure)) throw new Error(`no failure but ${String(error)}`);
    return error;
  };

  it('gives the payload as JSON and takes one JSON value', async () => {
    const payload = { a: [1, 'ä⧗', null], '; rm -rf /': '$(x) `y` "z"' };
    const context = createFakeContext({ root });
    expect(await script('process.stdin.pipe(process.stdout)').handle(payload, context)).toEqual(
      payload,
    );
  });

  it('logs stderr line by line', async () => {
    const context = createFakeContext({ root });
    await script('console.error("one\\ntwo"); console.log("{}")').handle({}, context);
    expect(context.logged).toEqual(['info: one', 'info: two']);
  });

  it('tells the program which task it works on, and nothing else changes its environment', async () => {
    await mkdir(join(root, 'tools'));
    const source =
      'console.log(JSON.stringify([process.cwd(), process.env.WORKFLOW_TASK, process.env.A]))';
    const output = await script(source, { cwd: 'tools', env: { A: 1 } }).handle(
      {},
      createFakeContext({ root }),
    );
    expect(output).toEqual([expect.stringMatching(/tools$/), 'receipt', '1']);
  });

  it('has plain values in its environment, and nothing that an environment cannot hold', async () => {
    const source =
      'console.log(JSON.stringify(Object.fromEntries(Object.entries(process.env).filter(([name]) => name.startsWith("WORKFLOW_INPUT_")))))';
    const payload = {
      'target-folder': '0UT.3OX; rm -rf "$HOME" ⧗',
      strict: true,
      most: 3,
      none: null,
      list: ['a'],
      broken: 'a\0b',
      large: 'x'.repeat(1_000_000),
      last: '',
    };
    expect(await script(source).handle(payload, createFakeContext({ root }))).toEqual({
      WORKFLOW_INPUT_TARGET_FOLDER: '0UT.3OX; rm -rf "$HOME" ⧗',
      WORKFLOW_INPUT_STRICT: 'true',
      WORKFLOW_INPUT_MOST: '3',
      WORKFLOW_INPUT_LAST: '',
    });
  });

  it('fails on an exit code with the end of stderr', async () => {
    const failure = await failureOf(
      script('console.error("disk is full"); process.exit(3)').handle(
        {},
        createFakeContext({ root }),
      ),
    );
    expect(failure).toMatchObject({
      type: 'AgentError',
      retryable: true,
      payload: { exit_code: 3 },
    });
    expect(failure.message).toMatch(/exit code 3\ndisk is full/);
  });

  it('takes a failure that says what it is', async () => {
    const error = { type: 'PolicyError', message: 'no ⧗', retryable: false, retry_after: '2s' };
    const said = JSON.stringify({ error, output: { seen: 3 } });
    const failure = await failureOf(
      script(`console.log(${JSON.stringify(said)}); process.exitCode = 1`).handle(
        {},
        createFakeContext({ root }),
      ),
    );
    expect(failure).toMatchObject({
      type: 'PolicyError',
      message: 'no ⧗',
      retryable: false,
      retryAfter: 2_000,
      payload: { seen: 3 },
    });
  });

  it('passes on progress and log lines, and what only looks like them as log', async () => {
    const context = createFakeContext({ root });
    const lines = [
      '{"type": "progress", "percent": 40, "message": "half way"}',
      '{"type": "log", "level": "warn", "message": "odd"}',
      '{"type": "progress", "percent": 400}',
      '{"type": "progress"',
    ];
    await script(`console.error(${JSON.stringify(lines.join('\n'))}); console.log(1)`).handle(
      {},
      context,
    );
    expect(context.said).toEqual(['40 half way']);
    expect(context.logged).toEqual(['warn: odd', `info: ${lines[2]}`, `info: ${lines[3]}`]);
  });

  it('keeps every digit of a large number', async () => {
    const output = await script('console.log("[9007199254740993, 1.5]")').handle(
      {},
      createFakeContext({ root }),
    );
    expect(output).toEqual(['9007199254740993', 1.5]);
  });

  it.each([
    ['nothing', '', /printed nothing/],
    ['text', 'console.log("done!")', /not one JSON value: "done!"/],
    ['two values', 'console.log("{} {}")', /not one JSON value/],
  ])('fails on %s', async (_what, source, message) => {
    const failure = await failureOf(script(source).handle({}, createFakeContext({ root })));
    expect(failure.message).toMatch(message);
    expect(failure.retryable).toBe(false);
  });

  it('ends a program that prints too much', async () => {
    const endless =
      'const x = "x".repeat(9999); const go = () => process.stdout.write(x, go); go()';
    const failure = await failureOf(
      script(endless, {}, 100_000).handle({}, createFakeContext({ root })),
    );
    expect(failure.message).toMatch(/printed more than is allowed/);
  });

  it('says what to do when there is no such program', async () => {
    const failure = await failureOf(
      agent(['no-such-program-here']).handle({}, createFakeContext({ root })),
    );
    expect(failure.message).toMatch(/was not found.*agents\.TOOL\.command in \.3ox\/agents\.yaml/);
    expect(failure.retryable).toBe(false);
  });

  it('does not need its input to be read', async () => {
    const big = { text: 'x'.repeat(1_000_000) };
    expect(await script('console.log(1)').handle(big, createFakeContext({ root }))).toBe(1);
  });

  it('ends the program and what it started when the task is aborted', async () => {
    // The child ignores the polite request; it and its own child must go all the same.
    const source = `
      const { spawn } = require('node:child_process');
      process.on('SIGTERM', () => {});
      const child = spawn(process.execPath, ['-e', 'process.on("SIGTERM", () => {}); setInterval(() => {}, 1000)']);
      require('node:fs').writeFileSync('pids', process.pid + ' ' + child.pid);
      setInterval(() => {}, 1000);`;
    const controller = new AbortController();
    const context = createFakeContext({ root, signal: controller.signal });
    const work = failureOf(script(source).handle({}, context));
    await until('it runs', () => existsSync(join(root, 'pids')));
    const pids = await until('the ids are written', async () => {
      const text = await readFile(join(root, 'pids'), 'utf8');
      return text.includes(' ') ? text.split(' ').map(Number) : null;
    });
    controller.abort();
    await work;
    await until('both are gone', () => pids.every((pid) => !isAlive(pid)));
  });

  it('does not start when it is aborted already', async () => {
    const signal = AbortSignal.abort();
    await failureOf(
      script('require("fs").writeFileSync("x", "")').handle(
        {},
        createFakeContext({ root, signal }),
      ),
    );
    expect(existsSync(join(root, 'x'))).toBe(false);
  });
});
