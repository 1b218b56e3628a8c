import { readdir, readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { createStation, ended, type Station } from './program.ts';
import * as schemas from './schemas.ts';

let station: Station;
beforeEach(async () => {
  station = await createStation();
});
afterEach(() => station.remove());

const PASSING = ['start', 'inventory-validation-v1', '--target_folder', '0UT.3OX'];
const FAILING = ['start', 'inventory-validation-v1', 'target_folder=0UT.3OX.BROKEN'];

describe('without an engine', { timeout: 120_000 }, () => {
  it('start serves its run to the end; the receipt and the history verify until a byte changes', async () => {
    const started = await station.workflow(...PASSING, '--json');
    expect(started.code, started.stderr).toBe(0);
    const run = schemas.run.parse(started.json());
    expect(run).toMatchObject({ status: 'COMPLETED', input: { target_folder: '0UT.3OX' } });

    // Reads, with nothing running.
    const status = await station.workflow('status', run.handle.toLowerCase(), '--json');
    expect(schemas.run.parse(status.json()).run).toBe(run.run);
    const list = await station.workflow('list', '--json');
    expect(schemas.runs.parse(list.json()).runs.map((line) => line.run)).toEqual([run.run]);
    const why = await station.workflow('why', run.run, '--json');
    expect(schemas.why.parse(why.json()).waiting).toEqual([]);
    const logs = await station.workflow('logs', run.handle, '--jsonl');
    const events = logs.stdout
      .trim()
      .split('\n')
      .map((line) => schemas.logLine.parse(JSON.parse(line)));
    expect(events.map(({ type }) => type)).toContain('RunEnded');

    // A receipt by its run and by its file; then one byte.
    expect((await station.workflow('receipt', 'verify', run.handle)).code).toBe(0);
    expect((await station.workflow('audit', 'verify')).code).toBe(0);
    const receipt = join(station.root, ...(run.receipt ?? '').split('/'));
    const text = await readFile(receipt, 'utf8');
    await writeFile(receipt, text.replace('PASS', 'PASs'));
    const verdict = await station.workflow('receipt', 'verify', run.receipt ?? '', '--json');
    expect([verdict.code, verdict.json()]).toEqual([1, expect.objectContaining({ ok: false })]);
  });

  it('audit verify says no after one byte of the journal is changed', async () => {
    const { code } = await station.workflow(...PASSING, '--detach');
    expect(code).toBe(0);
    const journal = join(station.root, '.3ox', 'journal');
    const names = await readdir(journal);
    const segment = names.find((name) => name.endsWith('.jsonl')) ?? '';
    const file = join(journal, segment);
    const bytes = await readFile(file);
    const at = bytes.indexOf('0UT.3OX');
    bytes.writeUInt8(bytes.readUInt8(at) ^ 1, at);
    await writeFile(file, bytes);
    const audit = await station.workflow('audit', 'verify', '--json');
    expect([audit.code, audit.json()]).toEqual([1, expect.objectContaining({ ok: false })]);
  });

  it('start --detach records the run, commands change it, and the exit codes say what came of it', async () => {
    const started = schemas.started.parse(
      (await station.workflow(...PASSING, '-d', '--json')).json(),
    );
    const { run, handle } = started;

    const paused = await station.workflow('pause', handle, '--note', 'lunch', '--json');
    expect(schemas.command.parse(paused.json())).toMatchObject({ changed: true, status: 'PAUSED' });
    const again = await station.workflow('pause', handle, '--json');
    expect(schemas.command.parse(again.json()).changed).toBe(false);
    const dry = await station.workflow('cancel', run, '--dry-run', '--json');
    expect(schemas.command.parse(dry.json())).toMatchObject({ changed: false, status: 'PAUSED' });
    expect((await station.workflow('cancel', handle)).code).toBe(0);
    expect((await station.workflow('watch', handle)).code).toBe(6);

    const refused = await station.workflow('pause', handle, '--json');
    expect(refused.code).toBe(4);
    schemas.error.parse(refused.json());
    const retried = await station.workflow('retry', handle, '--json');
    expect(schemas.command.parse(retried.json())).toMatchObject({ changed: true, generation: 2 });

    // Skips wait for what the task depends on; a rerun says what it would do.
    const skip = ['skip', handle, 'validate_compliance', '--output', '{"compliance_score": 90}'];
    const skipped = await station.workflow(...skip, '--json');
    expect(schemas.command.parse(skipped.json())).toMatchObject({ command: 'skip', changed: true });
    expect((await station.workflow('skip', handle, 'nothing')).code).toBe(3);
    const open = await station.workflow('rerun', handle, '--json');
    expect([open.code, schemas.error.parse(open.json()).error.code]).toEqual([4, 'RUN_OPEN']);
    await station.workflow('cancel', handle);
    const preview = await station.workflow('restart', handle, '--dry-run', '--json');
    const planned = schemas.command.parse(preview.json());
    expect(planned).toMatchObject({ command: 'restart', changed: false, kept: [] });
    const explained = await station.workflow('explain', handle, '--json');
    const { tasks } = schemas.explain.parse(explained.json());
    expect(tasks.map(({ task }) => task)).toEqual(planned.run_again);
    expect(tasks.every(({ why }) => why !== '')).toBe(true);
  });

  it('--no-wait ends 5 where a person is asked; run takes a file and one JSON text', async () => {
    const waiting = await station.workflow(...FAILING, '--no-wait', '--json');
    expect([waiting.code, schemas.run.parse(waiting.json()).status]).toEqual([5, 'RUNNING']);
    const { handle } = schemas.run.parse(waiting.json());
    const rows = (await station.workflow('status')).stdout.split('\n');
    expect(rows.find((row) => row.includes(handle))).toMatch(/^⏸ waiting for you /u);
    expect((await station.workflow('list')).stdout).toMatch(/^⏸ waiting for you /u);

    const file = 'workflows/inventory-validation.workflow.yaml';
    const ran = await station.workflow('run', file, '{"target_folder": "0UT.3OX"}', '--json');
    expect(ran.code, ran.stderr).toBe(0);
  });
});

describe('with an engine', { timeout: 120_000 }, () => {
  it('start and choose go to it, a second engine is refused, and reads outlive it', async () => {
    const engine = await station.serve();
    const second = await station.workflow('serve', '--json');
    expect([second.code, schemas.error.parse(second.json()).error.code]).toEqual([
      7,
      'STATION_LOCKED',
    ]);

    // A run that asks; the answer comes from another process while the first follows.
    const following = station.workflow(...FAILING, '--json');
    const handle = await askedRun();
    const misspelt = await station.workflow('choose', handle, 'ABROT', '--json');
    expect([misspelt.code, schemas.error.parse(misspelt.json()).error.hint]).toEqual([
      2,
      'did you mean ABORT?',
    ]);
    expect(
      (await station.workflow('choose', handle, 'PROCEED_ANYWAY', '--note', 'seen')).code,
    ).toBe(0);
    const followed = await following;
    expect(
      schemas.run.parse(followed.json()).tasks.find(({ id }) => id === 'commander_review')?.status,
    ).toBe('COMPLETED');

    // Killed: everything can still be read.
    const gone = ended(engine);
    engine.kill('SIGKILL');
    await gone;
    const status = await station.workflow('status', handle, '--json');
    expect(schemas.run.parse(status.json()).handle).toBe(handle);
  });

  it('SIGTERM ends serve with 0', async () => {
    const engine = await station.serve();
    const gone = new Promise((resolve) => void engine.once('close', resolve));
    engine.kill('SIGTERM');
    expect(await gone).toBe(0);
  });
});

/** Handle of the run that waits for a person, as soon as there is one. */
const askedRun = async (): Promise<string> => {
  for (const deadline = Date.now() + 60_000; Date.now() < deadline;) {
    const { runs } = schemas.runs.parse((await station.workflow('list', '--json')).json());
    const [first] = runs;
    if (first !== undefined) {
      const why = schemas.why.parse((await station.workflow('why', first.run, '--json')).json());
      if (why.waiting.some(({ kind }) => kind === 'person')) return first.handle;
    }
  }
  throw new Error('No run ever waited for a person');
};
