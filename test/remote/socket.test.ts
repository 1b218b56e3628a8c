import { mkdtemp, rm, stat, writeFile } from 'node:fs/promises';
import { connect, createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { createManualClock } from '../../src/lib/manual-clock.ts';
import { silentLogger } from '../../src/lib/logger.ts';
import { remoteAddress } from '../../src/remote/address.ts';
import { connectRemote } from '../../src/remote/client.ts';
import { serveRemote } from '../../src/remote/server.ts';
import { createFakeEngine, type FakeEngine } from '../support/fake-engine.ts';
import { viewWith } from '../support/run-view.ts';

const RUNS = ['wf-1700000000000-000000001', 'wf-1700000000000-000000002'] as const;

let folder: string;
let address: string;
let engine: FakeEngine;
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'remote-'));
  address = remoteAddress(folder);
  engine = createFakeEngine({ clock: createManualClock(0) });
  for (const run of RUNS) engine.hold(viewWith({ run }));
});
afterEach(() => rm(folder, { recursive: true, force: true }));

const serve = () => serveRemote(engine, address, silentLogger);

describe('the address', () => {
  it('is a short socket in the station, one in the temp folder for a long path, a pipe on Windows', () => {
    expect(remoteAddress('/s', 'linux')).toBe(join('/s', '.3ox', 'engine.sock'));
    const long = remoteAddress(`/${'a'.repeat(200)}`, 'darwin');
    expect(long.startsWith(tmpdir()) && long.endsWith('.sock')).toBe(true);
    expect(long).not.toBe(remoteAddress(`/${'a'.repeat(201)}`, 'darwin'));
    const pipe = remoteAddress('/s', 'win32');
    expect(pipe).toMatch(/^\\\\\.\\pipe\\cmd-bridge-[0-9a-f]{16}-[0-9a-f]{8}$/u);
    expect(remoteAddress('/S', 'win32').slice(0, -8)).toBe(pipe.slice(0, -8));
    // A suspended engine keeps its pipe while the next one takes over.
    expect(remoteAddress('/s', 'win32')).not.toBe(pipe);
  });
});

describe('the socket file', () => {
  it('replaces a leftover, is for its user only, and goes with the server', async () => {
    const first = await serve();
    // A pipe on Windows has neither mode nor leftover.
    if (process.platform !== 'win32') expect((await stat(address)).mode & 0o777).toBe(0o600);
    await first.stop();
    if (process.platform !== 'win32') await writeFile(address, 'left over');
    const second = await serve();
    const remote = await connectRemote(address);
    expect(await remote.view(RUNS[0])).toMatchObject({ run: RUNS[0] });
    remote.close();
    await second.stop();
  });
});

describe('an engine that lost its lock', () => {
  it.skipIf(process.platform === 'win32')(
    'leaves the socket of the one that took over when it goes',
    async () => {
      const old = await serve();
      const next = await serve();
      await old.stop();
      const remote = await connectRemote(address);
      expect(await remote.view(RUNS[0])).toMatchObject({ run: RUNS[0] });
      remote.close();
      await next.stop();
    },
  );
});

describe('a connection', () => {
  it('to nobody, to a stranger and to the silent is refused with a code', async () => {
    await expect(connectRemote(address)).rejects.toMatchObject({ code: 'REMOTE_UNREACHABLE' });
    const port = await serve();
    await port.stop();
    const stranger = createServer((socket) => socket.end('HTTP/1.1 400 Bad Request\r\n\r\n'));
    await new Promise<void>((ready) => void stranger.listen(address, ready));
    await expect(connectRemote(address)).rejects.toMatchObject({ code: 'REMOTE_UNREACHABLE' });
    stranger.close();
  });

  it('tells when the engine goes, and fails what was asked', async () => {
    const server = await serve();
    const remote = await connectRemote(address);
    await server.stop();
    await remote.closed;
    await expect(remote.view(RUNS[0])).rejects.toMatchObject({ code: 'REMOTE_LOST' });
  });

  it('carries what the engine throws, with its code', async () => {
    const server = await serve();
    const remote = await connectRemote(address);
    engine.nextStart(Object.assign(new Error('the disk is full'), { code: 'JOURNAL_STOPPED' }));
    const request = { workflow: 'w', version: null, input: {}, key: null, origin: null };
    const by = { user: 'os:ann', name: 'ann', roles: [], channel: null, local: true };
    await expect(remote.start({ ...request, by })).rejects.toMatchObject({
      code: 'JOURNAL_STOPPED',
      message: 'the disk is full',
    });
    remote.close();
    await server.stop();
  });

  it('gets the changes of the run it asked for and of no other', async () => {
    const server = await serve();
    const remote = await connectRemote(address);
    const seen: string[] = [];
    await remote.subscribe(({ view }) => void seen.push(view.run), RUNS[1]);
    for (const run of RUNS) engine.change(run, { status: 'PAUSED' });
    await remote.view(RUNS[0]);
    expect(seen).toEqual([RUNS[1]]);
    remote.close();
    await server.stop();
  });

  it.each(['no JSON', '{"id":1,"method":"erase","params":{}}', '[]', `"${'x'.repeat(100_000)}"`])(
    'that says %.40s is closed, and the server lives on',
    async (line) => {
      const server = await serve();
      const socket = connect(address);
      const closed = new Promise((resolve) => void socket.once('close', resolve));
      socket.on('error', () => undefined).resume();
      socket.write(`${line}\n`);
      await closed;
      const remote = await connectRemote(address);
      expect(await remote.view(RUNS[0])).toMatchObject({ run: RUNS[0] });
      remote.close();
      await server.stop();
    },
  );

  it('that gives wrong parameters gets an error and stays', async () => {
    const server = await serve();
    const socket = connect(address);
    socket.write('{"id":7,"method":"view","params":{"run":5}}\n');
    const lines: string[] = [];
    const answered = new Promise<void>((resolve) => {
      socket.on('data', (chunk: Buffer) => {
        lines.push(...chunk.toString('utf8').trim().split('\n'));
        if (lines.length >= 2) resolve();
      });
    });
    await answered;
    expect(JSON.parse(lines[1] ?? '')).toMatchObject({ id: 7, error: { code: 'REMOTE_FAILED' } });
    socket.destroy();
    await server.stop();
  });
});
