/** `workflow agent new` writes agents that work; they are started by the bridge as it stands. */
import { readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { powerShell } from '../support/powershell.ts';
import { createStation, type Station } from './program.ts';
import * as schemas from './schemas.ts';

const shell = powerShell('a new agent in PowerShell');
const kinds = ['python', 'shell', 'node', ...(shell === null ? [] : ['powershell'])];

let station: Station;
beforeEach(async () => {
  station = await createStation({ WORKFLOW_PWSH: shell?.environment['WORKFLOW_PWSH'] });
});
afterEach(() => station.remove());

const registry = () => join(station.root, '.3ox', 'agents.yaml');
const make = (name: string, kind: string) =>
  station.workflow('agent', 'new', name, '--kind', kind, '--json');

describe('agent new', { timeout: 60_000 }, () => {
  it.each(kinds)('writes an agent in %s that does its task', async (kind) => {
    const before = await readFile(registry(), 'utf8');
    const made = schemas.agentNew.parse((await make('HELLO_AGENT', kind)).json());
    expect(made).toMatchObject({ agent: 'HELLO_AGENT', kind, registry: '.3ox/agents.yaml' });
    expect(await readFile(registry(), 'utf8')).toContain(before.slice(0, before.indexOf('\n\n')));

    const file = join(station.root, 'hello.workflow.yaml');
    const task =
      '{ id: hello, assigned_to: HELLO_AGENT, input: { name: "${workflow.input.who}" } }';
    await writeFile(
      file,
      `workflow:\n  id: hello\n  name: Hello\n  version: 1\n  input: { required: [who] }\n  output: [said: "\${hello.output.greeting}"]\n  tasks: [${task}]\n`,
    );
    const who = 'Ann "the ⧗" \\ $(id) `id`';
    const ran = await station.workflow('run', file, JSON.stringify({ who }), '--json');
    expect(schemas.run.parse(ran.json())).toMatchObject({
      status: 'COMPLETED',
      output: { said: `Hello, ${who}` },
    });
  });

  it('writes over nothing and loses nothing', async () => {
    expect((await make('HELLO_AGENT', 'node')).code).toBe(0);
    const script = join(station.root, '.3ox', 'agents', 'hello-agent.mjs');
    await writeFile(script, '// mine');
    const after = await readFile(registry(), 'utf8');
    for (const [name, code] of [
      ['HELLO_AGENT', 'AGENT_EXISTS'],
      ['hello_agent', 'FILE_EXISTS'],
      ['FILE_SCANNER_AGENT', 'AGENT_EXISTS'],
    ] as const) {
      const refused = await make(name, 'node');
      expect([refused.code, schemas.error.parse(refused.json()).error.code]).toEqual([2, code]);
    }
    expect(await readFile(script, 'utf8')).toBe('// mine');
    expect(await readFile(registry(), 'utf8')).toBe(after);
  });

  it('says what to add by hand where it cannot add', async () => {
    await writeFile(registry(), 'agents: { ONE: { kind: file } }\n');
    const refused = schemas.error.parse((await make('HELLO_AGENT', 'shell')).json()).error;
    expect(refused.code).toBe('REGISTRY_FORM');
    expect(refused.hint).toContain('command: [sh, .3ox/agents/hello-agent.sh]');
  });

  it.each([
    [['agent', 'new', 'X', '--kind', 'pyton'], 'did you mean python?'],
    [['agent', 'new', 'X'], '--kind powershell | python | shell | node'],
    [['agent', 'new', '../X', '--kind', 'node'], 'such as SCAN_AGENT'],
  ])('%j ends 2 and says what was meant', async (args, hint) => {
    const { code, json } = await station.workflow(...args, '--json');
    expect(code).toBe(2);
    expect(schemas.error.parse(json()).error.hint).toContain(hint);
  });
});
