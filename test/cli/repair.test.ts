/** `doctor` finds what an operator can mend, `repair` mends what is safe: on a station that was left in a mess. */
import {
  appendFile,
  chmod,
  mkdir,
  readdir,
  readFile,
  stat,
  utimes,
  writeFile,
} from 'node:fs/promises';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { createStation, type Station } from './program.ts';
import * as schemas from './schemas.ts';

let station: Station;
beforeEach(async () => {
  station = await createStation();
});
afterEach(() => station.remove());

const inWorkspace = (...parts: readonly string[]): string => join(station.root, '.3ox', ...parts);

const looked = async (): Promise<{
  readonly code: number | null;
  readonly wrong: readonly string[];
}> => {
  const doctor = await station.workflow('doctor', '--json');
  const { checks } = schemas.doctor.parse(doctor.json());
  return { code: doctor.code, wrong: checks.filter(({ ok }) => !ok).map(({ name }) => name) };
};

const repaired = async (...options: readonly string[]) => {
  const repair = await station.workflow('repair', ...options, '--json');
  return { code: repair.code, ...schemas.repair.parse(repair.json()) };
};

const RUN = 'wf-1759800000000-abcdefghi';

describe('repair', { timeout: 120_000 }, () => {
  it('shows what it would do, does it when told to, and leaves nothing to do', async () => {
    expect(
      (
        await station.workflow(
          'start',
          'inventory-validation-v1',
          'target_folder=0UT.3OX',
          '--detach',
        )
      ).code,
    ).toBe(0);
    // Work waits, and no engine is there: nothing that could be repaired.
    expect((await looked()).wrong.filter((name) => !name.startsWith('agent '))).toEqual([]);

    // An unfinished record, an old draft, a claim of a host that is gone.
    const journal = inWorkspace('journal');
    const [segment = ''] = (await readdir(journal)).filter((name) => name.startsWith('segment-'));
    await appendFile(join(journal, segment), '123 abcdef01 {"seq":');
    const old = new Date(Date.now() - 7_200_000);
    const draft = inWorkspace('queue', 'tmp', 'task-x.yaml.draft');
    await writeFile(draft, 'half');
    await utimes(draft, old, old);
    const claimed = inWorkspace('queue', 'claimed', 'GONE_AGENT');
    const name = `task-${RUN}-scan.yaml`;
    await mkdir(claimed, { recursive: true });
    await writeFile(join(claimed, name), 'header: {}\n');
    await utimes(join(claimed, name), old, old);
    if (process.platform !== 'win32') await chmod(journal, 0o755);

    const { code, wrong } = await looked();
    expect(code).toBe(1);
    const modes = process.platform === 'win32' ? [] : ['open to others'];
    const expected = ['journal end', 'orphaned claim', 'unfinished files', ...modes];
    expect(wrong).toEqual(expect.arrayContaining(expected));

    const before = await readFile(join(journal, segment));
    const preview = await repaired();
    expect(preview.repairs.map((one) => [one.name, one.done])).toEqual(
      expected.map((one) => [one, false]),
    );
    expect(await readFile(join(journal, segment))).toEqual(before);

    const done = await repaired('--yes');
    expect([done.code, done.repairs.map((one) => [one.name, one.done])]).toEqual([
      0,
      expected.map((one) => [one, true]),
    ]);
    expect(await readFile(inWorkspace('task-queue', name), 'utf8')).toBe('header: {}\n');
    if (process.platform !== 'win32') expect((await stat(journal)).mode & 0o777).toBe(0o700);
    expect((await repaired('--yes')).repairs).toEqual([]);
    expect((await station.workflow('audit', 'verify')).code).toBe(0);
    // What was cut is kept.
    expect(await readdir(join(journal, 'damaged'))).toHaveLength(1);
  });

  it('releases a run that engines went down over, when it is told to', async () => {
    const start = ['start', 'inventory-validation-v1', 'target_folder=0UT.3OX', '--detach'];
    const started = await station.workflow(...start, '--json');
    const { run } = schemas.started.parse(started.json());
    const why = 'the engine went down over it 3 times in a row';
    const notes = inWorkspace('journal', 'recovery.json');
    await writeFile(notes, JSON.stringify({ unfinished: 0, at: null, parked: { [run]: why } }));
    expect((await looked()).wrong).toContain('parked run');
    const status = async () => {
      const list = await station.workflow('list', '--json');
      return schemas.runs.parse(list.json()).runs.map((one) => one.status);
    };
    expect(await status()).toEqual(['QUARANTINED']);

    const preview = await repaired('--dry-run');
    expect(preview.repairs.map(({ name, done }) => [name, done])).toEqual([['parked run', false]]);
    expect(preview.repairs[0]?.detail).toContain(run);
    expect(await status()).toEqual(['QUARANTINED']);
    const done = await repaired('--yes');
    expect(done.repairs.map((one) => [one.name, one.done])).toEqual([['parked run', true]]);
    expect(await status()).toEqual(['RUNNING']);
    expect((await looked()).wrong).not.toContain('parked run');
  });

  it('keeps what can be read of a damaged journal, once it was told that something is lost', async () => {
    const start = ['start', 'inventory-validation-v1', '--detach', '--json'];
    for (const folder of ['0UT.3OX', '0UT.3OX', '0UT.3OX']) {
      expect((await station.workflow(...start, `target_folder=${folder}`)).code).toBe(0);
    }
    const journal = inWorkspace('journal');
    const [, second = ''] = (await readdir(journal)).filter((name) => name.startsWith('segment-'));
    const bytes = await readFile(join(journal, second));
    bytes.writeUInt8(bytes.readUInt8(60) ^ 1, 60);
    await writeFile(join(journal, second), bytes);

    const plain = await station.workflow('repair', '--yes', '--json');
    expect([plain.code, schemas.repair.parse(plain.json()).ok]).toEqual([1, false]);
    expect(plain.stderr).toContain('workflow repair --salvage');
    const refused = await station.workflow(...start, 'target_folder=0UT.3OX');
    expect(schemas.error.parse(refused.json()).error.message).toContain('repair --salvage');
    const preview = await repaired('--salvage');
    expect(preview.repairs[0]).toMatchObject({ name: 'damaged journal', done: false });
    expect(preview.repairs[0]?.detail).toMatch(/1 record is lost, 2 kept.*nothing is left of it/u);
    expect(await readFile(join(journal, second))).toEqual(bytes);

    const done = await repaired('--salvage', '--yes');
    expect([done.code, done.repairs.map((one) => [one.name, one.done])]).toEqual([
      0,
      [['damaged journal', true]],
    ]);
    const list = await station.workflow('list', '--json');
    expect([list.code, schemas.runs.parse(list.json()).runs.map(({ status }) => status)]).toEqual([
      0,
      // The first may have lost a step with the second's beginning: nobody can tell.
      ['RUNNING', 'RUNNING'],
    ]);
    expect((await station.workflow('audit', 'verify')).code).toBe(0);
    expect(await readdir(join(journal, 'damaged'))).not.toEqual([]);
    expect((await station.workflow(...start, 'target_folder=0UT.3OX')).code).toBe(0);
  });

  it('takes the lock of a killed engine away, and refuses while one lives', async () => {
    const engine = await station.serve();
    const refused = await repaired('--dry-run');
    expect([refused.code, refused.repairs]).toEqual([0, []]);
    await chmod(inWorkspace('journal'), 0o755);
    const busy = await station.workflow('repair', '--yes', '--json');
    expect([busy.code, schemas.error.parse(busy.json()).error.code]).toEqual([7, 'STATION_LOCKED']);

    const gone = new Promise((done) => engine.once('close', done));
    engine.kill('SIGKILL');
    await gone;
    expect((await looked()).wrong).toContain('stale lock');
    const done = await repaired('--yes');
    expect(done.repairs.map(({ name }) => name)).toContain('stale lock');
    expect((await looked()).wrong).not.toContain('stale lock');
  });
});

describe('doctor', { timeout: 120_000 }, () => {
  it('names what only a person can mend, with what to type', async () => {
    const doctor = await station.workflow('doctor', '--json');
    expect(schemas.doctor.parse(doctor.json()).checks.map(({ name }) => name)).toEqual(
      expect.arrayContaining(['Node', 'station', 'clock', 'disk', 'files', 'engine', 'journal']),
    );
    const start = ['start', 'inventory-validation-v1', 'target_folder=0UT.3OX', '--detach'];
    await station.workflow(...start);
    await station.workflow(...start);
    const [segment = ''] = (await readdir(inWorkspace('journal'))).filter((name) =>
      name.startsWith('segment-'),
    );
    const file = inWorkspace('journal', segment);
    const bytes = await readFile(file);
    bytes.writeUInt8(bytes.readUInt8(40) ^ 1, 40);
    await writeFile(file, bytes);
    const after = await station.workflow('doctor', '--json');
    const journal = schemas.doctor
      .parse(after.json())
      .checks.find(({ name }) => name === 'journal');
    expect(journal?.ok).toBe(false);
    expect(journal?.detail).toContain(segment);
    // What is listed is not all there is: that is said, and shows in the exit code.
    const list = await station.workflow('list', '--json');
    expect([list.code, schemas.runs.parse(list.json()).runs]).toEqual([1, []]);
    expect(list.stderr).toContain(`damaged at ${segment}`);
    expect(journal?.fix).toContain('workflow audit verify');
  });

  it.skipIf(process.platform === 'win32' || process.getuid?.() === 0)(
    'names a file that cannot be read, and how to make it readable',
    async () => {
      const secret = inWorkspace('agents.yaml');
      await chmod(secret, 0);
      const doctor = await station.workflow('doctor', '--json');
      const files = schemas.doctor.parse(doctor.json()).checks.find(({ name }) => name === 'files');
      expect(files).toMatchObject({ ok: false, fix: expect.stringContaining('chmod u+rwX') });
    },
  );
});
