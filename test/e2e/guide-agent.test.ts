/** An agent written to the user's guide takes part in a run of the built bridge, unchanged. */
import { spawn, type ChildProcess } from 'node:child_process';
import { writeFileSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { afterEach, beforeEach, expect, it } from 'vitest';
import { openOfflineEngine } from '../../src/compose/offline-engine.ts';
import { copyStation, filesBelow, startBridge, until } from '../support/bridge-process.ts';

const DEFINITION = `workflow:
  id: by-the-guide
  name: By the guide
  version: 1
  output:
    - said: \${second.output.echo.words}
  tasks:
    - { id: first, assigned_to: GUIDE_AGENT, input: { words: one } }
    - id: second
      assigned_to: GUIDE_AGENT
      depends_on: first
      input: { words: "\${first.output.echo.words} two" }
`;

let station: ReturnType<typeof copyStation>;
let agent: ChildProcess | null = null;
beforeEach(() => {
  station = copyStation();
  writeFileSync(join(station.root, '.3ox.index/CORE/WORKFLOWS/guide.workflow.yaml'), DEFINITION);
});
afterEach(() => {
  agent?.kill('SIGKILL');
  station.remove();
});

const startAgent = (behaviour: string): void => {
  const program = resolve('test/support/guide-agent.ts');
  const args = ['--import', 'tsx', program, station.root, 'GUIDE_AGENT', behaviour];
  agent = spawn(process.execPath, args, { stdio: 'ignore' });
};

it('waits for the agent, hears its answers and ends', async () => {
  const bridge = startBridge(station.root);
  try {
    bridge.type('@workflow by-the-guide');
    bridge.end();
    await until(
      () => filesBelow(station.root, '.3ox/task-queue').length === 1,
      () => `a task file:\n${bridge.output()}`,
    );
    startAgent('success');
    expect(await bridge.ended, bridge.output()).toBe(0);
    const engine = openOfflineEngine(station.root);
    const [run] = await engine.list({});
    expect(await engine.view(run?.run ?? '')).toMatchObject({
      status: 'COMPLETED',
      output: { said: 'one two' },
    });
    expect(filesBelow(station.root, '.3ox/task-queue')).toEqual([]);
  } finally {
    await bridge.kill();
  }
}, 90_000);

it('fails the run when the agent says so', async () => {
  const bridge = startBridge(station.root);
  try {
    await bridge.sees('try ');
    startAgent('failure');
    bridge.type('@workflow by-the-guide');
    bridge.end();
    expect(await bridge.ended, bridge.output()).toBe(1);
    expect((await openOfflineEngine(station.root).list({}))[0]?.status).toBe('FAILED');
  } finally {
    await bridge.kill();
  }
}, 90_000);
