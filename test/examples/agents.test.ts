/** The example agents do their definitions' work, through the built program. */
import { spawn } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { mkdir, readFile, writeFile } from 'node:fs/promises';
import { join, resolve } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { createStation, type Station } from '../cli/program.ts';
import * as schemas from '../cli/schemas.ts';
import { hasFullPowerShell, powerShell } from '../support/powershell.ts';

const shell = powerShell('the example agent in PowerShell');
const full = hasFullPowerShell('the session validation on the real cmdlets');

let station: Station;
beforeAll(async () => {
  station = await createStation({ WORKFLOW_PWSH: shell?.environment['WORKFLOW_PWSH'] });
  if (!full) await giveStandIns();
  await station.serve();
}, 60_000);
afterAll(() => station.remove());

const start = async (...args: readonly string[]) => {
  const { json, stderr } = await station.workflow('start', ...args, '--json');
  return { run: schemas.run.parse(json()), stderr };
};

describe('the example agents', { timeout: 60_000 }, () => {
  it('in Python counts words, and refuses to leave the station', async () => {
    const { run } = await start('word-count');
    expect(run).toMatchObject({
      status: 'COMPLETED',
      output: { total_lines: 54, total_words: 261 },
    });
    const { run: strays } = await start('word-count', 'target_folder=../../..');
    expect(strays.tasks[0]?.attempts[0]?.error).toMatchObject({
      type: 'InvalidPathError',
      message: '../../.. leaves the station',
      retryable: false,
    });
  });

  it('in shell measures a folder, whatever its name', async () => {
    const { run } = await start('folder-size');
    expect(run).toMatchObject({ status: 'COMPLETED', output: { files: 6 } });
    const { run: missing } = await start('folder-size', 'target_folder=no "such" $(folder)');
    expect(missing.tasks[0]?.attempts[0]?.error).toMatchObject({
      type: 'FileSystemError',
      message: 'no "such" $(folder) is no folder of the station',
    });
    const { run: strays } = await start('folder-size', 'target_folder=..');
    expect(strays.reason).toContain('InvalidPathError: .. leaves the station');
  });

  it.skipIf(shell === null)(
    'in PowerShell dates a folder, and refuses to leave the station',
    async () => {
      const { run, stderr } = await start('folder-age');
      expect(run, stderr).toMatchObject({ status: 'COMPLETED', output: { files: 6 } });
      expect(run.output?.['oldest']).toMatch(/^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}Z$/);
      await mkdir(join(station.root, 'EMPTY'));
      const { run: empty } = await start('folder-age', 'target_folder=EMPTY');
      expect(empty.output).toEqual({ files: 0, oldest: null, newest: null });
      const { run: strays } = await start('folder-age', 'target_folder=../..');
      expect(strays.reason).toContain('InvalidPathError');
      const { run: missing } = await start('folder-age', 'target_folder=NOWHERE');
      expect(missing.tasks[0]?.attempts[0]?.error).toMatchObject({
        type: 'FileSystemError',
        retryable: false,
      });
    },
  );

  it.skipIf(shell === null)('that were a script validate a session, task by task', async () => {
    const { run, stderr } = await start('session-validation', 'target_folder=0UT.3OX');
    expect(run, stderr).toMatchObject({
      status: 'COMPLETED',
      output: {
        compliance_status: 'PASS',
        compliance_score: 100,
        missing_files: [],
        receipt: '0UT.3OX/VALIDATION.RECEIPT.yaml',
      },
    });
    expect((await station.workflow('receipt', 'verify', run.handle)).code).toBe(0);
    const { run: broken } = await start('session-validation', 'target_folder=0UT.3OX.BROKEN');
    expect(broken).toMatchObject({
      status: 'COMPLETED',
      output: {
        compliance_status: 'FAIL',
        compliance_score: 50,
        missing_files: ['SESSION.LOG.md'],
      },
    });
  });

  it('in 40 lines of JavaScript takes its task from the queue and copies a file', async () => {
    const program = join(station.root, '.3ox', 'agents', 'courier.cjs');
    expect(readFileSync(program, 'utf8').trimEnd().split('\n').length).toBeLessThanOrEqual(40);
    const courier = spawn(process.execPath, [program, station.root], {
      stdio: 'ignore',
      // As after npm install js-yaml.
      env: { ...process.env, NODE_PATH: resolve('node_modules') },
    });
    try {
      const target = '0UT.3OX/DELIVERABLES/NEW/REQUEST.07.md';
      const { run } = await start('courier', `target=${target}`);
      expect(run).toMatchObject({ status: 'COMPLETED', output: { copied: target } });
      const source = readFileSync(join(station.root, '1N.3OX', 'DROP', 'REQUEST.07.md'));
      expect(readFileSync(join(station.root, target))).toEqual(source);
      const { run: failed } = await start('courier', 'file=1N.3OX/NO.SUCH.FILE');
      expect(failed).toMatchObject({ status: 'FAILED' });
      expect(failed.reason).toContain('FileSystemError: ENOENT');
    } finally {
      courier.kill('SIGKILL');
    }
  });
});

/** PowerShell's engine alone lacks the cmdlets that the functions call. */
const giveStandIns = async (): Promise<void> => {
  const script = join(station.root, '.3ox', 'agents', 'session', 'Session.Tasks.ps1');
  const standIns = await readFile('test/support/powershell-scripts/Stand-ins.ps1', 'utf8');
  await writeFile(script, `${standIns}\n${await readFile(script, 'utf8')}`);
};
