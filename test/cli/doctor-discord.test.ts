import { describe, expect, it } from 'vitest';
import { checkDiscord } from '../../src/cli/doctor/check-discord.ts';
import { startLoopback } from '../chat/loopback/client.ts';

describe('doctor and Discord', { timeout: 60_000 }, () => {
  it('logs in with the token that is set', async () => {
    const loopback = await startLoopback();
    const discord = { token: loopback.token, api: loopback.api };
    expect(await checkDiscord({ discord })).toMatchObject({ ok: true });
  });

  it('says what is wrong with a token, and with an intent that is off', async () => {
    const loopback = await startLoopback({ messageContentGranted: false });
    const token = 'MTIzNDU2Nzg5MDEyMzQ1Njc4.wrong.hunter2hunter2';
    const refused = await checkDiscord({ discord: { token, api: loopback.api } });
    expect(refused).toMatchObject({ ok: false, detail: expect.stringContaining('token') });
    expect(JSON.stringify(refused)).not.toContain('hunter2');
    const intent = await checkDiscord({ discord: { token: loopback.token, api: loopback.api } });
    expect(intent).toMatchObject({ ok: false, fix: expect.stringContaining('Message Content') });
  });

  it('says nothing is wrong without a token', async () => {
    expect(await checkDiscord({ discord: null })).toMatchObject({ ok: true });
  });
});
