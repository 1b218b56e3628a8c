/** The loopback as a process of its own, and the target data read from the environment. */
import { spawn, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { createInterface } from 'node:readline';
import { fileURLToPath } from 'node:url';
import { afterEach, describe, expect, it } from 'vitest';
import { z } from 'zod';
import { discordTarget, targetOf, toEnvironment } from '../../support/discord/target.ts';
import { startLoopback } from './client.ts';

const SERVE = fileURLToPath(new URL('../../support/discord/serve.ts', import.meta.url));
const announced = z.object({ env: z.record(z.string(), z.string()) });
const children: ChildProcess[] = [];

afterEach(() => {
  for (const child of children.splice(0)) child.kill('SIGKILL');
});

describe('the loopback Discord as a process', () => {
  it('prints where it is, takes orders, and ends on SIGTERM', async () => {
    const child = spawn(process.execPath, ['--import', 'tsx', SERVE], {
      stdio: ['ignore', 'pipe', 'inherit'],
    });
    children.push(child);
    const { value: line } = await createInterface(child.stdout)[Symbol.asyncIterator]().next();
    const target = discordTarget(undefined, announced.parse(JSON.parse(String(line))).env);
    const control = async (verb: string, input: object): Promise<unknown> => {
      const url = new URL(`/control/${verb}`, target.api);
      const answer = await fetch(url, { method: 'POST', body: JSON.stringify(input) });
      return answer.json();
    };
    const channel = target.channels.ops;
    await control('say', { user: target.users.worker, channel, text: 'hello' });
    const bot = await fetch(`${target.api}/v10/channels/${channel}/messages`, {
      headers: { authorization: `Bot ${target.token}` },
    });
    expect(await bot.json()).toMatchObject([{ content: 'hello' }]);
    expect(await control('messages', { channel })).toMatchObject({
      ok: true,
      value: [{ content: 'hello', author: { id: target.users.worker } }],
    });
    expect(await control('sing', {})).toMatchObject({ ok: false });
    child.kill('SIGTERM');
    await once(child, 'exit');
  });
});

describe('discordTarget', () => {
  it('is the loopback, unless the environment names another server', async () => {
    const loopback = await startLoopback();
    const own = targetOf(loopback);
    expect(discordTarget(loopback, {})).toEqual(own);
    const elsewhere = { ...own, api: 'http://127.0.0.1:9/api', token: 'theirs' };
    expect(discordTarget(loopback, toEnvironment(elsewhere))).toEqual(elsewhere);
  });

  it('says what is missing', () => {
    expect(() => discordTarget(undefined, {})).toThrow('DISCORD_TEST_API');
    const half = { DISCORD_TEST_API: 'http://127.0.0.1:9/api' };
    expect(() => discordTarget(undefined, half)).toThrow('DISCORD_TEST_TOKEN');
  });
});
