/** The example agents do their definitions' work, through the built program. */
import { spawn } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { createStation, type Station } from '../cli/program.ts';
import * as schemas from '../cli/schemas.ts';

let station: Station;
beforeEach(async () => {
  station = await createStation();
});
afterEach(() => station.remove());

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
