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

const write = async (name: string, text: string): Promise<string> => {
  const file = join(station.root, name);
  await writeFile(file, text);
  return file;
};

describe('workflow test', { timeout: 60_000 }, () => {
  it('ends 0 when every case holds, by workflow or by file', async () => {
    const byName = await station.workflow('test', 'folder-listing', '--json');
    expect(byName.code).toBe(0);
    const report = schemas.tests.parse(byName.json());
    expect(report.cases.length).toBeGreaterThan(0);
    expect(report.cases.every(({ ok }) => ok)).toBe(true);
    const { code, stderr } = await station.workflow('test', 'workflows');
    expect(stderr).toContain('branches taken');
    expect(code).toBe(0);
  });

  it('tests the definition that lies beside the file', async () => {
    await write(
      'mine.workflow.yaml',
      'workflow: { id: mine, name: Mine, version: 1, tasks: [{ id: a, assigned_to: A }] }\n',
    );
    const file = await write(
      'mine.test.yaml',
      'workflow: mine\ncases: [{ name: waits, expect: { status: COMPLETED } }]\n',
    );
    const { code, json } = await station.workflow('test', file, '--json');
    expect(code).toBe(1);
    expect(schemas.tests.parse(json()).cases[0]).toMatchObject({
      name: 'waits',
      ok: false,
      problems: ['status is RUNNING, expected COMPLETED'],
    });
  });

  it('ends 2 for a file that is wrong, and 3 for one that is not there', async () => {
    const file = await write('odd.test.yaml', 'workflow: folder-listing\ncases: 7\n');
    const wrong = await station.workflow('test', file, '--json');
    expect(wrong.code).toBe(2);
    expect(schemas.error.parse(wrong.json()).error.message).toContain('odd.test.yaml:2:8');
    expect((await station.workflow('test', 'nowhere.test.yaml')).code).toBe(3);
  });
});
