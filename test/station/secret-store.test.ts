import { chmod, mkdtemp, readdir, readFile, rm, stat, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { readConfig } from '../../src/config.ts';
import { silentLogger } from '../../src/lib/logger.ts';
import { layoutOf } from '../../src/station/layout.ts';
import { createFaultyFiles, failNth } from '../support/host/faulty-files.ts';
import { createMemoryMachine } from '../support/host/memory-station.ts';
import { createPlay } from '../support/host/play.ts';
import { openSecretStore } from '../../src/station/secret-store.ts';

let root: string;
beforeEach(async () => {
  root = await mkdtemp(join(tmpdir(), 'secrets-'));
});
afterEach(() => rm(root, { recursive: true, force: true }));

const SEAL = 'abcdefghij0123456789';
const posix = process.platform !== 'win32';

const open = (environment: Readonly<Record<string, string>> = {}) => {
  const workspace = join(root);
  const layout = {
    ...layoutOf(root),
    secrets: join(workspace, 'secrets'),
    secretsFile: join(workspace, 'secrets.yaml'),
  };
  return { layout, store: openSecretStore({ layout, environment, logger: silentLogger }) };
};

describe('named secrets', () => {
  it('takes only names that are meant to be secrets', () => {
    const { secrets } = readConfig(root, {
      SECRET_API_KEY: 'k',
      DISCORD_TOKEN: 't',
      SECRET_EMPTY: '',
    });
    expect(secrets).toEqual({ API_KEY: 'k' });
    const { store } = open(secrets);
    expect(store.named('API_KEY')).toEqual({ ok: true, value: 'k' });
    for (const name of ['DISCORD_TOKEN', 'EMPTY', 'toString', '__proto__']) {
      expect(store.named(name)).toMatchObject({ ok: false, why: expect.stringContaining(name) });
    }
  });

  it('come from the file where the environment does not say, and as it is now', async () => {
    const { layout, store } = open({ BOTH: 'environment' });
    await writeFile(layout.secretsFile, 'BOTH: file\nPIN: 0042\n', { mode: 0o600 });
    expect(store.named('BOTH')).toEqual({ ok: true, value: 'environment' });
    expect(store.named('PIN')).toEqual({ ok: true, value: '0042' });
    await writeFile(layout.secretsFile, 'PIN: [1]\n');
    expect(store.named('PIN')).toMatchObject({ ok: false });
    await writeFile(layout.secretsFile, 'PIN: "hunter2');
    const broken = store.named('PIN');
    expect(broken).toMatchObject({ ok: false });
    expect(JSON.stringify(broken)).not.toContain('hunter2');
  });

  it.skipIf(!posix)('does not use a file that others can read', async () => {
    const { layout, store } = open();
    await writeFile(layout.secretsFile, 'PIN: 0042\n');
    await chmod(layout.secretsFile, 0o640);
    expect(store.named('PIN')).toMatchObject({
      ok: false,
      why: expect.stringContaining('chmod 600'),
    });
  });
});

describe('given secrets', () => {
  it('are there again after a restart, for nobody else to read, until they are forgotten', async () => {
    const { layout, store } = open();
    await store.keep(SEAL, { 0: 'hunter2', 1: { pin: 5 } });
    const again = open().store;
    expect(again.kept(SEAL)).toEqual({ 0: 'hunter2', 1: { pin: 5 } });
    const file = join(layout.secrets, `${SEAL}.json`);
    if (posix) {
      expect((await stat(file)).mode & 0o777).toBe(0o600);
      expect((await stat(layout.secrets)).mode & 0o777).toBe(0o700);
    }
    await again.forget(SEAL);
    expect([again.seals(), await readdir(layout.secrets)]).toEqual([[], []]);
  });

  it('that cannot be read are those of one run, and no others', async () => {
    const { layout, store } = open();
    await store.keep(SEAL, { 0: 'hunter2' });
    await writeFile(join(layout.secrets, `${SEAL.replace('a', 'b')}.json`), '{"values": "hunter3');
    expect(open().store.seals()).toEqual([SEAL]);
    expect(await readFile(join(layout.secrets, `${SEAL}.json`), 'utf8')).toContain('hunter2');
  });
});

describe('kept secrets on a disk that fails', () => {
  it.each(['EIO', 'ENOSPC', 'EMFILE', 'EACCES'] as const)(
    'with %s at any call are kept whole or refused, and the earlier ones stay',
    async (code) => {
      let refused = 0;
      for (let at = 1; ; at += 1) {
        const { machine, time } = createMemoryMachine(at);
        const layout = { secrets: '/s/.3ox/secrets', secretsFile: '/s/.3ox/secrets.yaml' };
        const reopened = () =>
          openSecretStore({
            layout,
            environment: {},
            logger: silentLogger,
            host: machine.start('next').host,
          });
        machine.disk.makeFolder('/s/.3ox');
        const fault = failNth(at, code);
        let failing = false;
        const { host } = machine.start('engine', (files) =>
          createFaultyFiles(files, (...call) => (failing ? fault.rule(...call) : null)),
        );
        const store = openSecretStore({ layout, environment: {}, logger: silentLogger, host });
        const playing = createPlay(time);
        await playing.during(store.keep(SEAL, { a: 'first' }));
        failing = true;
        const other = SEAL.split('').reverse().join('');
        const kept = await playing.during(
          store.keep(other, { b: 'second' }).then(
            () => true,
            () => false,
          ),
        );
        failing = false;
        const next = reopened();
        expect(next.kept(SEAL)).toEqual({ a: 'first' });
        // Whole, or not there; and there if that was said.
        if (kept) expect(next.kept(other)).toEqual({ b: 'second' });
        else expect([{}, { b: 'second' }]).toContainEqual(next.kept(other));
        if (!kept) refused += 1;
        if (fault.calls() < at) break;
      }
      expect(refused).toBeGreaterThan(3);
    },
  );
});
