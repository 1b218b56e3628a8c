/** What a killed host left running: found, told from others, ended. */
import { spawn } from 'node:child_process';
import type { ChildProcess } from 'node:child_process';
import { existsSync, mkdirSync, mkdtempSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, it } from 'vitest';
import { createProgramRegister, endLeftPrograms } from '../../../src/agents/process/programs.ts';
import { ownIdentity } from '../../../src/lib/host/processes.ts';
import { until } from '../../support/queue-engine.ts';

let hosts: string;
const children: ChildProcess[] = [];
beforeEach(() => {
  hosts = mkdtempSync(join(tmpdir(), 'programs-'));
});
afterEach(() => {
  for (const child of children.splice(0)) child.kill('SIGKILL');
  rmSync(hosts, { recursive: true, force: true });
});

const start = (): { readonly pid: number; readonly ended: Promise<unknown> } => {
  const child = spawn(process.execPath, ['-e', 'setInterval(() => {}, 1000)'], {
    stdio: 'ignore',
    detached: process.platform !== 'win32',
  });
  children.push(child);
  return {
    pid: child.pid ?? 0,
    ended: new Promise((resolve) => child.once('exit', (_code, signal) => resolve(signal))),
  };
};

const gone = (over: Partial<ReturnType<typeof ownIdentity>> = {}) => ({
  host: 'first',
  process: { ...ownIdentity(), ...over },
  updatedAt: Date.now(),
});

it('ends a noted program of a gone host, once', async () => {
  const program = start();
  createProgramRegister(hosts, 'first').started(program.pid);
  expect(await endLeftPrograms(hosts, gone(), Date.now())).toBe(1);
  expect(await program.ended).toBe('SIGKILL');
  expect(await endLeftPrograms(hosts, gone(), Date.now())).toBe(0);
  expect(readdirSync(hosts)).toEqual([]);
});

it('leaves alone what ended, what another host started, and who has the number now', async () => {
  const [ended, others, stranger] = [start(), start(), start()];
  const register = createProgramRegister(hosts, 'first');
  const strikeOff = register.started(ended.pid);
  strikeOff();
  await until('it is struck off', () => readdirSync(join(hosts, 'first.programs')).length === 0);
  createProgramRegister(hosts, 'second').started(others.pid);
  writeFileSync(join(hosts, 'first.programs', `${stranger.pid}-1`), '');
  expect(await endLeftPrograms(hosts, gone(), Date.now())).toBe(0);
  expect(children.map(({ exitCode, signalCode }) => exitCode ?? signalCode)).toEqual([
    null,
    null,
    null,
  ]);
});

it('trusts a mere number for a minute only', async () => {
  const program = start();
  const note = (): void => {
    mkdirSync(join(hosts, 'first.programs'));
    writeFileSync(join(hosts, 'first.programs', String(program.pid)), '');
  };
  note();
  expect(await endLeftPrograms(hosts, gone(), Date.now() + 120_000)).toBe(0);
  note();
  expect(await endLeftPrograms(hosts, gone(), Date.now())).toBe(1);
});

it('does not touch the programs of another machine', async () => {
  const program = start();
  createProgramRegister(hosts, 'first').started(program.pid);
  expect(await endLeftPrograms(hosts, gone({ host: 'elsewhere' }), Date.now())).toBe(0);
  expect(existsSync(join(hosts, 'first.programs'))).toBe(false);
});
