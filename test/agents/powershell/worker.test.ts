/** PowerShell workers with scripts that behave well and badly. */
import { copyFile, mkdir, utimes, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { AgentFailure } from '../../../src/agents/agent.ts';
import type { BuiltinAgent } from '../../../src/agents/agent.ts';
import { createPowerShellAgent } from '../../../src/agents/process/powershell-agent.ts';
import { parseAgentRegistry } from '../../../src/agents/registry.ts';
import type { Json, JsonObject } from '../../../src/lib/json.ts';
import { createFakeContext, createTempStation } from '../../support/agent-context.ts';
import { isAlive } from '../../support/is-alive.ts';
import { powerShell } from '../../support/powershell.ts';
import { until } from '../../support/queue-engine.ts';

const shell = powerShell('the PowerShell worker');
const SCRIPTS = join(import.meta.dirname, '..', '..', 'support', 'powershell-scripts');

describe.skipIf(shell === null)('powershell agents', { timeout: 60_000 }, () => {
  let root: string;
  let remove: () => Promise<void>;
  let deeds: BuiltinAgent;
  const made: BuiltinAgent[] = [];

  beforeAll(async () => {
    ({ root, remove } = await createTempStation({ '0UT.3OX/': '', 'agents/': '' }));
    for (const name of ['Deeds.ps1', 'Input.ps1']) {
      await copyFile(join(SCRIPTS, name), join(root, 'agents', name));
    }
    deeds = agent('Invoke-Deed', { workers: 1 });
  });
  afterAll(async () => {
    for (const one of made) await one.close?.();
    await remove();
  });

  const agent = (name: string, more: JsonObject = {}): BuiltinAgent => {
    const entry = { kind: 'powershell', script: 'agents/Deeds.ps1', function: name, ...more };
    const { registry, problems } = parseAgentRegistry(
      JSON.stringify({ agents: { PS: entry } }),
      'agents.yaml',
    );
    expect(problems).toEqual([]);
    const read = registry.get('PS');
    if (read?.kind !== 'powershell') throw new Error('no powershell agent');
    const environment = shell?.environment ?? {};
    const limit = 4 * 1024 * 1024;
    const created = createPowerShellAgent(read, { station: root, environment, grace: 700, limit });
    made.push(created);
    return created;
  };
  const context = (signal?: AbortSignal) =>
    createFakeContext({ root, ...(signal === undefined ? {} : { signal }) });
  const deed = (name: string, more: JsonObject = {}, heard = context(), of = deeds) =>
    of.handle({ do: name, ...more }, heard);
  const failureOf = async (work: Promise<unknown>): Promise<AgentFailure> => {
    const error = await work.then(
      (value) => `the output ${JSON.stringify(value)}`,
      (reason: unknown) => reason,
    );
    if (!(error instanceof AgentFailure)) throw new Error(`no failure but ${String(error)}`);
    return error;
  };

  it.each([
    ['text', 'ä⧗ "\\ \u2028 \u0000 2025-10-07T14:20:00.000Z'],
    ['lists', [[], [[]], [1], [null], [[1], [2]]]],
    ['objects', { a: {}, b: { c: [{ d: null }] }, '': 1, 'a b': true }],
    ['keys that differ in case', { key: 1, KEY: 2, inner: [{ x: 1, X: 2 }] }],
    ['numbers', [0, -1, 1.5, 0.1, 1e21, 1e-7, 9_007_199_254_740_991, 2_147_483_648]],
    ['nothing', null],
    ['an empty text', ''],
    ['ninety lists', JSON.parse('['.repeat(90) + ']'.repeat(90)) as Json],
    ['ninety objects', JSON.parse('{"a":'.repeat(90) + '1' + '}'.repeat(90)) as Json],
  ])('brings %s back as it went', async (_what, value) => {
    expect(await deed('Echo', { with: value })).toEqual(value);
  });

  it('gives dictionaries that do not mind case, arrays, text and whole numbers of any length', async () => {
    const payload = { list: [1], when: '2025-10-07T14:20:00.000Z', long: 9_007_199_254_740_991 };
    expect(await deed('Kind', payload)).toEqual({
      dictionary: true,
      list: true,
      count: 1,
      case: 1,
      text: true,
      big: false,
      keys: ['do', 'list', 'when', 'long'],
      long: 9_007_199_254_740_992,
    });
  });

  it('takes every type that a script may return', async () => {
    expect(await deed('Types')).toEqual({
      whole: 42,
      long: '9007199254740993',
      big: '123456789012345678901234567890',
      real: 0.1,
      single: 0.1,
      exact: 1.1,
      huge: '79228162514264337593543950335',
      local: '2025-10-07T14:20:00.0000000',
      utc: '2025-10-07T14:20:00.0000000Z',
      offset: '2025-10-07T14:20:00.0000000+02:00',
      list: [1],
      nested: [[1], []],
      none: [],
      missing: null,
      yes: true,
      text: 'tab\tä⧗👩‍🚀\u2028',
      day: 'Monday',
      letter: 'x',
      nan: 'NaN',
      object: { Name: 'n', Inner: { a: [1, null] } },
      generic: [1, 2],
      ordered: { z: 1, a: 2 },
      id: '00000000-0000-0000-0000-000000000000',
      version: '1.2',
      span: '00:01:30',
    });
  });

  it.each([
    ['List', 1],
    ['ListOfOne', [1]],
    ['Several', [1, 'two', null, { three: 3 }]],
    ['Nothing', null],
    ['Null', null],
  ])('takes the one object returned, several as a list: %s', async (name, output) => {
    expect(await deed(name)).toEqual(output);
  });

  it('takes an object of another kind by its own properties', async () => {
    expect(await deed('File')).toMatchObject({
      Name: 'Deeds.ps1',
      Extension: '.ps1',
      Directory: join(root, 'agents'),
    });
    const failure = await failureOf(deed('Loop'));
    expect(failure.message).toMatch(/nested more than 100 deep/);
    expect(failure.retryable).toBe(false);
  });

  it('runs the script as itself, in the station', async () => {
    const about = { greeting: 'hello', root: join(root, 'agents'), place: root, agent: 'PS' };
    expect(await deed('About')).toEqual(about);
    expect(deeds.workers?.().runtime).toMatch(/^PowerShell 7\./);
  });

  it('tells of progress, warnings, errors and whatever is printed', async () => {
    const heard = context();
    expect(await deed('Noisy', {}, heard)).toBe('done');
    await until('all is heard', () => heard.logged.length === 7);
    expect(heard.said).toEqual(['40 Scanning: folder A']);
    expect([...heard.logged].sort()).toEqual(
      [
        'debug: in detail',
        'info: by hand',
        'info: by the way',
        'info: past everything',
        'info: to stderr',
        'warn: careful',
        'warn: soft',
      ].map((line) =>
        line === 'warn: soft' ? expect.stringMatching(/^warn: soft\nat .*Deeds\.ps1/) : line,
      ),
    );
  });

  it.each([
    [
      'Throw',
      {},
      'AgentError',
      /^bad thing\nat .*agents.Deeds\.ps1: line \d+: function Deed-Throw/,
      true,
    ],
    ['Divide', {}, 'DivideByZeroException', /line \d+/, true],
    ['Raise', { with: 'System.IO.IOException' }, 'FileSystemError', /^raised\n/, true],
    ['Raise', { with: 'System.UnauthorizedAccessException' }, 'PermissionError', /^raised\n/, true],
    ['Raise', { with: 'System.TimeoutException' }, 'TimeoutError', /^raised\n/, true],
    ['Raise', { with: 'System.ArgumentException' }, 'ArgumentException', /^raised\n/, true],
    ['Typed', {}, 'PolicyError', /^no policy/, false],
    ['Unknown', {}, 'CommandNotFoundException', /Get-NoSuchThing/, false],
  ])('fails as the script fails: %s %j', async (name, payload, type, message, retryable) => {
    const failure = await failureOf(deed(name, payload, context(), stopping()));
    expect(failure).toMatchObject({ type, retryable });
    expect(failure.message).toMatch(message);
  });

  it('passes on when to try again', async () => {
    expect(await failureOf(deed('Later'))).toMatchObject({ retryAfter: 7_000, retryable: true });
  });

  let strict: BuiltinAgent | null = null;
  /** The same with `errors: stop`. */
  const stopping = () => (strict ??= agent('Invoke-Deed', { errors: 'stop', workers: 1 }));

  it('fails on an error that PowerShell would go on after, when the entry says so', async () => {
    expect((await failureOf(deed('Noisy', {}, context(), stopping()))).message).toMatch(/^soft/);
    expect(await deed('Echo', { with: 1 }, context(), stopping())).toBe(1);
  });

  it('takes exit for what it is', async () => {
    expect(await deed('Exit', { with: 0 })).toBe('so far');
    expect(await failureOf(deed('Exit', { with: 3 }))).toMatchObject({
      type: 'AgentError',
      message: 'The script called exit 3',
    });
  });

  it('fails one attempt when the process dies, and goes on', async () => {
    const failure = await failureOf(deed('Die'));
    expect(failure.message).toMatch(/exit code 7.*\nlast words/);
    expect(failure.payload).toEqual({ exit_code: 7 });
    expect(await deed('Echo', { with: 1 })).toBe(1);
  });

  it('fails one attempt whose output is too large, and takes a large one', async () => {
    expect(await deed('Large', { with: 3_000_000 })).toBe('x'.repeat(3_000_000));
    const failure = await failureOf(deed('Large', { with: 5_000_000 }));
    expect(failure.message).toMatch(/The output has 50000\d\d bytes, 4194304 are allowed/);
    expect(failure.retryable).toBe(false);
  });

  it('cuts short a script that prints ten megabytes', async () => {
    const heard = context();
    expect(await deed('Shout', { with: 10_000 }, heard)).toBeNull();
    expect(heard.logged.length).toBe(500);
    expect(heard.logged.at(-1)).toMatch(/more than 500 lines/);
  });

  it('stops the runspace, and keeps the process', async () => {
    const { pid, logged } = await stopped('Sleep');
    expect(logged).toContain('warn: sleeping');
    expect(await deed('Pid')).toBe(pid);
  });

  it('ends a process that cannot be stopped', async () => {
    const { pid, failure } = await stopped('Stuck');
    expect(failure.message).toMatch(/did not stop within 0.7 s.*\nstuck/s);
    expect(await deed('Pid')).not.toBe(pid);
    expect(isAlive(pid)).toBe(false);
  });

  const stopped = async (name: string) => {
    const pid = (await deed('Pid')) as number;
    const controller = new AbortController();
    const heard = context(controller.signal);
    const work = failureOf(deed(name, {}, heard));
    await until('it works', () => heard.logged.length > 0);
    controller.abort(new Error('The task was taken back'));
    return { pid, failure: await work, logged: heard.logged };
  };

  it('keeps tasks apart', async () => {
    await deed('Leak');
    expect(await deed('Leaked')).toEqual({
      env: null,
      global: null,
      greeting: 'hello',
      fn: false,
      folder: true,
    });
    expect(await deed('About')).toMatchObject({ agent: 'PS' });
  });

  it('serves YAML and paths', async () => {
    const text = 'rules:\n  - a: 1\nnone: []\none: [x]\n';
    expect(await deed('Yaml', { text })).toEqual({ rules: [{ a: 1 }], none: [], one: ['x'] });
    expect(await deed('Yaml', { text: text.split('\n') })).toMatchObject({ one: ['x'] });
    expect(await failureOf(deed('Yaml', { text: 'a: [' }))).toMatchObject({ type: 'YamlError' });
    expect(await deed('ToYaml', { with: { a: ['1'] } })).toBe("a:\n  - '1'\n");
    expect(await deed('Path', { with: '0ut.3ox/x' })).toBe(join(root, '0UT.3OX', 'x'));
    expect(await failureOf(deed('Path', { with: '../x' }))).toMatchObject({
      type: 'InvalidPathError',
      retryable: false,
    });
  });

  it('keeps its lines from programs that a task starts', async () => {
    expect(await deed('Native', { node: process.execPath })).toBe('end of input');
  });

  it('runs functions with a parameter that is called $Input', async () => {
    const script = 'agents/Input.ps1';
    const payload = { folder: '0UT.3OX', names: ['a', 'b'] };
    const of = (name: string) => agent(name, { script, workers: 1 }).handle(payload, context());
    const dictionary = 'System.Collections.Specialized.OrderedDictionary';
    const plain = {
      folder: '0UT.3OX',
      names: [`${dictionary}.x/a/0UT.3OX`, `${dictionary}.x/b/0UT.3OX`],
      inner: ['piped 1', 'piped 2'],
      block: '0UT.3OX',
    };
    expect(await of('Invoke-Plain')).toEqual(plain);
    expect(await of('Invoke-ByName')).toEqual(plain);
    expect(await of('Invoke-Short')).toBe(`0UT.3OX ${dictionary}`);
    expect(await of('Invoke-None')).toEqual({ args: 1, folder: '0UT.3OX' });
    expect(await of('Invoke-Other')).toEqual({ folder: '0UT.3OX', second: 'default' });
  });

  it('runs modules, and reads a script again when it has changed', async () => {
    const path = join(root, 'agents', 'Tool.psm1');
    const source = (word: string) =>
      `$word = '${word}'\nfunction Get-Word { param($Input) Get-It $Input.n }\nfunction Get-It($n) { "$word $n $PSScriptRoot" }\nExport-ModuleMember -Function Get-Word\n`;
    await writeFile(path, source('first'));
    const tool = agent('Get-Word', { script: 'agents/Tool.psm1', workers: 1 });
    expect(await tool.handle({ n: 1 }, context())).toBe(`first 1 ${join(root, 'agents')}`);
    await writeFile(path, source('other'));
    await utimes(path, new Date(), new Date(Date.now() + 5_000));
    expect(await tool.handle({ n: 2 }, context())).toBe(`other 2 ${join(root, 'agents')}`);
  });

  it('says what is wrong with a script or its function', async () => {
    await mkdir(join(root, 'bad'), { recursive: true });
    await writeFile(join(root, 'bad', 'Syntax.ps1'), 'function F {\n  if (\n}\n');
    await writeFile(join(root, 'bad', 'Throws.ps1'), "throw 'not today'\n");
    const fails = (script: string, name = 'F') =>
      failureOf(agent(name, { script, workers: 1 }).handle({}, context()));
    const problems = [
      await fails('bad/Syntax.ps1'),
      await fails('bad/Throws.ps1'),
      await fails('bad/None.ps1'),
      await fails('agents/Input.ps1', 'Invoke-Plane'),
    ];
    expect(problems.map(({ message }) => message)).toEqual([
      expect.stringMatching(/cannot be read.*Syntax\.ps1: line 2/s),
      expect.stringMatching(/^not today\nat .*Throws\.ps1: line 1/),
      expect.stringMatching(/None\.ps1 does not exist.*\.3ox\/agents\.yaml/),
      expect.stringMatching(/no function Invoke-Plane in .*it has Invoke-Plain, .*agents\.yaml/),
    ]);
    expect(problems.every(({ retryable }) => !retryable)).toBe(true);
  });

  it('does 200 tasks with two workers', async () => {
    const two = agent('Invoke-Deed', { workers: 2 });
    const outputs = await Promise.all(
      Array.from({ length: 200 }, (_, index) => deed('Echo', { with: index }, context(), two)),
    );
    expect(outputs).toEqual(Array.from({ length: 200 }, (_, index) => index));
    expect(two.workers?.()).toMatchObject({ limit: 2, started: 2, busy: 0 });
  });
});

describe('powershell agents without PowerShell', () => {
  it.each([
    [{ PATH: '/nowhere' }, /there is no pwsh; install PowerShell 7\.2 or newer/],
    [
      { WORKFLOW_PWSH: '/nowhere/pwsh' },
      /WORKFLOW_PWSH names \/nowhere\/pwsh, which is no program/,
    ],
  ])('say how to mend it, and fail their tasks with that: %j', async (environment, message) => {
    const { registry } = parseAgentRegistry(
      '{"agents":{"PS":{"kind":"powershell","script":"a.ps1","function":"F"}}}',
      'agents.yaml',
    );
    const entry = registry.get('PS');
    if (entry?.kind !== 'powershell') throw new Error('no powershell agent');
    const agent = createPowerShellAgent(entry, { station: '/nowhere', environment });
    expect(agent.unavailable?.()).toMatch(message);
    const error: unknown = await agent
      .handle({}, createFakeContext({ root: '/nowhere' }))
      .catch((reason: unknown) => reason);
    expect(error).toMatchObject({ message: expect.stringMatching(message), retryable: false });
  });
});
