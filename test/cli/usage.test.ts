import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { createStation, type Station } from './program.ts';
import * as schemas from './schemas.ts';

let station: Station;
beforeAll(async () => {
  station = await createStation();
});
afterAll(() => station.remove());

const failureOf = async (...args: readonly string[]) => {
  const { code, json } = await station.workflow(...args, '--json');
  return { exit: code, ...schemas.error.parse(json()).error };
};

describe('what was typed wrong', { timeout: 60_000 }, () => {
  it.each([
    [['staus'], 'COMMAND_UNKNOWN', 'status'],
    [['list', '--limt', '3'], 'OPTION_UNKNOWN', '--limit'],
    [['list', '--status', 'RUNING'], 'STATUS_UNKNOWN', 'RUNNING'],
    [
      ['start', 'inventory-validation-v1', '--targt_folder', 'x'],
      'OPTION_UNKNOWN',
      'target_folder',
    ],
    [['start', 'inventory-validation-v1', 'targt_folder=x'], 'INPUT_UNKNOWN', 'target_folder'],
    [['start', 'inventory-validation-v1'], 'INPUT_MISSING', 'target_folder'],
    [['receipt'], 'COMMAND_UNKNOWN', 'receipt verify'],
  ])('%j ends 2 and says what was meant', async (args, code, word) => {
    expect(await failureOf(...args)).toMatchObject({
      exit: 2,
      code,
      hint: expect.stringContaining(word),
    });
  });

  it.each([
    [['status', 'ZZZZ'], 'RUN_UNKNOWN'],
    [['start', 'inventory-validaton-v1', 'target_folder=0UT.3OX'], 'WORKFLOW_UNKNOWN'],
    [['validate', 'nowhere.workflow.yaml'], 'FILE_NOT_FOUND'],
    [['agent', 'run', 'NOBODY'], 'AGENT_UNKNOWN'],
  ])('%j ends 3', async (args, code) => {
    expect(await failureOf(...args)).toMatchObject({ exit: 3, code });
  });

  it('a failure for people is on stderr, and stdout stays empty', async () => {
    const { stdout, stderr } = await station.workflow('status', 'ZZZZ');
    expect(stdout).toBe('');
    expect(stderr).toContain('No run is called ZZZZ');
  });

  it('validate points at every mistake and ends 2', async () => {
    const file = join(station.root, 'wrong.workflow.yaml');
    await writeFile(
      file,
      'workflow:\n  id: wrong\n  name: Wrong\n  version: 1\n  tasks:\n    - id: a\n      type: SIMPEL\n      assigned_to: X\n    - id: b\n      type: SIMPLE\n      assigned_to: X\n      depends_on: [c]\n',
    );
    const { code, stdout } = await station.workflow('validate', file);
    expect(code).toBe(2);
    expect(stdout).toContain(`${file}:7:`);
    const report = await station.workflow('validate', file, '--json');
    const [first] = schemas.problems.parse(report.json()).files;
    expect(first?.errors).toBeGreaterThan(0);
    expect((await station.workflow('validate')).code).toBe(0);
  });

  it('a station that is none ends 3', async () => {
    const { code, json } = await station.workflow(
      '-C',
      join(station.root, 'nowhere'),
      'list',
      '--json',
    );
    expect([code, schemas.error.parse(json()).error.code]).toEqual([3, 'STATION_NOT_FOUND']);
  });

  it('settings with a wrong key end 2', async () => {
    const other = await createStation();
    try {
      await writeFile(join(other.root, '.3ox', 'settings.yaml'), 'levles: {}\n');
      const { code, stderr } = await other.workflow('describe');
      expect([code, stderr]).toEqual([2, expect.stringContaining('did you mean levels?')]);
    } finally {
      await other.remove();
    }
  });
});
