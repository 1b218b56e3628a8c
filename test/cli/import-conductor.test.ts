import { writeFile } from 'node:fs/promises';
import { join, resolve } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { createStation, type Station } from './program.ts';
import * as schemas from './schemas.ts';

let station: Station;
beforeAll(async () => {
  station = await createStation();
});
afterAll(() => station.remove());

describe('workflow import conductor', { timeout: 60_000 }, () => {
  const source = resolve('test/conductor/order-fulfilment.json');

  it('writes a definition that validates, and says what differs', async () => {
    const target = join(station.root, 'order.workflow.yaml');
    const { code, stderr } = await station.workflow('import', 'conductor', source, '-o', target);
    expect(stderr).toContain('0 things did not carry over');
    expect(code).toBe(0);
    expect((await station.workflow('validate', target)).code).toBe(0);
  });

  it('prints the report for programs', async () => {
    const { json } = await station.workflow('import', 'conductor', source, '--json');
    expect(json()).toMatchObject({
      schema: 'import/1',
      workflow: 'order_fulfilment',
      file: null,
      notes: expect.arrayContaining([
        { task: 'poll', kind: 'changed', message: expect.any(String), todo: expect.any(String) },
      ]),
    });
  });

  it.each([
    ['nothing.json', null, 3, 'FILE_NOT_FOUND'],
    ['odd.json', '{ "name": ', 2, 'NOT_CONDUCTOR'],
    ['empty.json', '{ "name": "x", "tasks": [{ "type": "SIMPLE" }] }', 2, 'NOT_CONDUCTOR'],
  ])('%s is refused with the reason', async (name, text, exit, code) => {
    const file = join(station.root, name);
    if (text !== null) await writeFile(file, text);
    const { code: exitCode, json } = await station.workflow('import', 'conductor', file, '--json');
    expect(exitCode).toBe(exit);
    expect(schemas.error.parse(json()).error.code).toBe(code);
  });
});
