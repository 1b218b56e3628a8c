/** `workflow agents`, `doctor` and `@workflow agents`: every agent, how it is and what to do. */
import { appendFile, mkdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { converse } from '../support/bridge-process.ts';
import { until } from '../support/queue-engine.ts';
import { createStation, type Station } from './program.ts';
import * as schemas from './schemas.ts';

let station: Station;
beforeEach(async () => {
  station = await createStation();
  await appendFile(
    join(station.root, '.3ox', 'agents.yaml'),
    '  MISSING_AGENT: { kind: command, command: [no-such-program] }\n  LOST_AGENT: { kind: command, command: [node, lost.mjs] }\n',
  );
});
afterEach(() => station.remove());

const agents = async () =>
  new Map(
    schemas.agents
      .parse((await station.workflow('agents', '--json')).json())
      .agents.map((agent) => [agent.name, agent]),
  );

describe('agents', { timeout: 60_000 }, () => {
  it('shows every agent without an engine: what it runs on, what it lacks, how its tasks went', async () => {
    expect((await station.workflow('start', 'word-count')).code).toBe(0);
    expect((await station.workflow('start', 'word-count', 'target_folder=..')).code).toBe(1);
    const found = await agents();
    expect(found.get('WORD_COUNT_AGENT')).toMatchObject({
      kind: 'command',
      state: 'down',
      runtime: expect.stringMatching(/^Python 3\./),
      error_rate: 0.5,
      last_failure: { task: 'count', attempt: 1, type: 'InvalidPathError' },
    });
    expect(found.get('FILE_SCANNER_AGENT')).toMatchObject({
      kind: 'builtin',
      runtime: `Node ${process.version}`,
      error_rate: null,
    });
    expect(found.get('COURIER_AGENT')).toMatchObject({ kind: 'file', state: 'elsewhere' });
    expect(found.get('MISSING_AGENT')).toMatchObject({
      state: 'unavailable',
      unavailable: 'no-such-program was not found',
      fix: 'install no-such-program, or correct agents.MISSING_AGENT.command in .3ox/agents.yaml',
    });
    expect(found.get('LOST_AGENT')).toMatchObject({
      state: 'unavailable',
      unavailable: 'lost.mjs is not in the station',
    });

    const text = (await station.workflow('agents')).stdout;
    expect(text).toMatch(/✗ WORD_COUNT_AGENT +down · command · Python .* · 1 of the last 2 failed/);
    expect(text).toMatch(/last failure .* count of wf-.*InvalidPathError: \.\. leaves the station/);
    expect(text).toContain('→ install no-such-program');
    const chat = await converse(station.root, ['@workflow agents']);
    expect(chat.output).toMatch(/MISSING_AGENT unavailable · command/);
    expect(chat.output).toMatch(/→ install no-such-program/);
  });

  it('shows what runs while an engine does, and doctor finds what work waits in vain for', async () => {
    await station.serve();
    const found = await until('they are up', async () => {
      const all = await agents();
      return all.get('WORD_COUNT_AGENT')?.state === 'up' ? all : null;
    });
    expect(found.get('WORD_COUNT_AGENT')).toMatchObject({
      up: true,
      hosts: 1,
      concurrency: 2,
      running: 0,
    });
    const healthy = schemas.doctor.parse((await station.workflow('doctor', '--json')).json());
    expect(healthy.checks.filter(({ ok }) => !ok)).toEqual([]);

    // A task that only a person's program takes, and one that nobody can do.
    await station.workflow('start', 'courier', '--detach');
    await until('it waits', async () => (await agents()).get('COURIER_AGENT')?.waiting === 1);
    expect((await agents()).get('COURIER_AGENT')).toMatchObject({
      fix: 'start it; its tasks wait in .3ox/task-queue/',
      oldest_waiting: expect.any(String),
    });
  });

  it('doctor says which agent cannot work when tasks wait for it', async () => {
    const folder = join(station.root, '.3ox', 'task-queue');
    await mkdir(folder, { recursive: true, mode: 0o700 });
    const [run, task] = ['wf-1759800000000-000000000', 'scan'];
    await writeFile(
      join(folder, `task-${run}-${task}.yaml`),
      `header: { workflow_id: ${run}, task_id: ${task}, assigned_to: MISSING_AGENT }\npayload: {}\n`,
    );
    const { code, json } = await station.workflow('doctor', '--json');
    expect(code).toBe(1);
    const wrong = schemas.doctor.parse(json()).checks.filter(({ ok }) => !ok);
    expect(wrong).toMatchObject([
      {
        name: 'agent MISSING_AGENT',
        detail: expect.stringContaining('no-such-program was not found'),
        fix: expect.stringContaining('install no-such-program'),
      },
    ]);
  });
});
