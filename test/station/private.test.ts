import { readdir, stat } from 'node:fs/promises';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, it } from 'vitest';
import { createStation, type Station } from '../cli/program.ts';

let station: Station;
beforeEach(async () => {
  station = await createStation();
});
afterEach(() => station.remove());

it.skipIf(process.platform === 'win32')(
  'keeps what a run is given from other users',
  async () => {
    const started = ['start', 'inventory-validation-v1', 'target_folder=0UT.3OX', '--json'];
    expect((await station.workflow(...started)).code).toBe(0);
    const workspace = join(station.root, '.3ox');
    const folders = [
      'journal',
      'archive',
      'secrets',
      'queue',
      'task-queue',
      'response-queue',
      'workflow-data',
    ];
    for (const folder of folders) {
      expect([folder, (await stat(join(workspace, folder))).mode & 0o777]).toEqual([folder, 0o700]);
    }
    const answered = join(workspace, 'queue', 'answered');
    const files = [
      ...(await readdir(join(workspace, 'journal'))).map((name) => join('journal', name)),
      ...(await readdir(answered)).map((name) => join('queue', 'answered', name)),
      'workflow.state.yaml',
      'workflow.execution.log',
    ];
    expect(files.length).toBeGreaterThan(5);
    for (const file of files) {
      expect([file, (await stat(join(workspace, file))).mode & 0o077]).toEqual([file, 0]);
    }
  },
  60_000,
);
