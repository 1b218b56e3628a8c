/** The gateway's moods: cuts, resumes, refusals, close codes. */
import { describe, expect, it } from 'vitest';
import { clientFor, login, nextMessage, startLoopback } from './client.ts';

/** discord.js waits a while before it connects again. */
const PATIENCE_MS = 25_000;
const TEST_MS = 90_000;

describe('the loopback gateway', { timeout: TEST_MS }, () => {
  it('replays what was missed after a cut', async () => {
    const loopback = await startLoopback();
    const client = await login(loopback);
    const arriving = nextMessage(client);
    loopback.gateway.cut();
    loopback.say(loopback.seed.users.worker, loopback.seed.channels.ops, 'missed');
    expect((await arriving).content).toBe('missed');
    await loopback.waitFor(() => loopback.gateway.resumes() === 1, PATIENCE_MS);
    expect(loopback.gateway.identifies).toHaveLength(1);
  });

  it('makes the client identify again when the resume is refused', async () => {
    const loopback = await startLoopback();
    const client = await login(loopback);
    loopback.gateway.refuseResume();
    loopback.gateway.cut();
    await loopback.waitFor(() => loopback.gateway.identifies.length === 2, PATIENCE_MS);
    await loopback.waitFor(() => loopback.gateway.connected() === 1, PATIENCE_MS);
    expect(loopback.gateway.resumes()).toBe(0);
    const arriving = nextMessage(client);
    loopback.say(loopback.seed.users.worker, loopback.seed.channels.ops, 'again');
    expect((await arriving).content).toBe('again');
  });

  it('is resumed after op 7 and after close 4009', async () => {
    const loopback = await startLoopback();
    await login(loopback);
    loopback.gateway.requestReconnect();
    await loopback.waitFor(() => loopback.gateway.resumes() === 1, PATIENCE_MS);
    await loopback.waitFor(() => loopback.gateway.connected() === 1, PATIENCE_MS);
    loopback.gateway.close(4009);
    await loopback.waitFor(() => loopback.gateway.resumes() === 2, PATIENCE_MS);
    expect(loopback.gateway.identifies).toHaveLength(1);
  });

  it('resumes after op 9 true', async () => {
    const loopback = await startLoopback();
    await login(loopback);
    loopback.gateway.invalidate(true);
    await loopback.waitFor(() => loopback.gateway.resumes() === 1, PATIENCE_MS);
  });

  it('closes with 4014 when an intent is not granted, and 401 meets a wrong token', async () => {
    const loopback = await startLoopback({ messageContentGranted: false });
    const client = clientFor(loopback);
    const disconnected = new Promise<number>((resolve) =>
      client.once('shardDisconnect', ({ code }) => resolve(code)),
    );
    await client.login(loopback.token).catch(() => undefined);
    expect(await disconnected).toBe(4014);
    await expect(clientFor(loopback).login('wrong')).rejects.toThrow();
  });
});
