/** A network that limits, drops, cuts and refuses; and restarts of the adapter. */
import { describe, expect, it } from 'vitest';
import { createPainter } from '../../../src/chat/painter.ts';
import { messageOf, textMessage } from '../../../src/chat/message.ts';
import { createManualClock } from '../../../src/lib/manual-clock.ts';
import { systemClock } from '../../../src/lib/clock.ts';
import { silentLogger } from '../../../src/lib/logger.ts';
import { startLoopback } from '../loopback/client.ts';
import { createBot, eventually, PATIENCE, startBot, startBoth, tempFolder } from './support.ts';
import type { LogFields } from '../../../src/lib/logger.ts';

const MESSAGES = '/channels/:channel/messages';
const plain = (nonce: string) => ({ nonce, replyTo: null });

const card = (title: string) =>
  messageOf({ card: { title, tone: 'running', sections: [], footer: 'run 1' } });

/** A logger that keeps every line, as text. */
const createKeeper = () => {
  const kept: string[] = [];
  const keep = (fields: LogFields, message: string): void => {
    kept.push(`${message} ${JSON.stringify(fields)}`);
  };
  const logger = { debug: keep, info: keep, warn: keep, error: keep, child: () => logger };
  return { kept, logger };
};

describe('the Discord adapter: faults', { timeout: 90_000 }, () => {
  it('waits for a limit on edits and shows the newest state after it', async () => {
    const { loopback, port } = await startBoth();
    const { ops } = loopback.seed.channels;
    const ref = await port.post(ops.id, textMessage('state 0'), plain('n1'));
    const fault = loopback.faults.add({ method: 'PATCH', kind: '429', retryAfterMs: 700 });
    const painter = createPainter({ clock: systemClock, logger: silentLogger });
    let state = 0;
    painter.show(
      {
        id: 'card',
        port,
        ref,
        since: Date.now(),
        frame: () => textMessage(`state ${state}`),
        ticks: () => false,
        rollsOver: () => false,
        replace: async () => null,
      },
      textMessage('state 0'),
    );
    for (state = 1; state < 9; state += 1) painter.touch('card', true);
    await eventually(() => loopback.message(ref.id)?.content === 'state 9');
    painter.stop();
    expect(fault.hits()).toBe(1);
    const shown = loopback.message(ref.id)?.revisions.map(({ content }) => content) ?? [];
    expect(shown.length).toBeLessThanOrEqual(3);
    const [refused, next] = loopback.requests.filter(({ method }) => method === 'PATCH');
    expect(refused?.status).toBe(429);
    expect((next?.at ?? 0) - (refused?.at ?? 0)).toBeGreaterThanOrEqual(690);
  });

  it('makes one message of a post whose answer was dropped', async () => {
    const { loopback, port } = await startBoth();
    const { ops } = loopback.seed.channels;
    loopback.faults.add({ method: 'POST', route: MESSAGES, kind: 'drop-after-apply' });
    const ref = await port.post(ops.id, card('one'), plain('n1'));
    expect(loopback.messages(ops).map(({ id }) => id)).toEqual([ref.id]);
  });

  it('finds a post whose answer was lost for good, long after its nonce is forgotten', async () => {
    let skew = 0;
    const { loopback, port } = await startBoth({ now: () => Date.now() + skew });
    const { ops } = loopback.seed.channels;
    loopback.faults.add({ method: 'POST', route: MESSAGES, kind: 'drop-after-apply', times: 9 });
    await expect(port.post(ops.id, card('one'), plain('n1'))).rejects.toMatchObject({
      code: 'unavailable',
    });
    loopback.faults.clear();
    skew = 600_000;
    const ref = await port.post(ops.id, card('one'), plain('n1'));
    expect(loopback.messages(ops).map(({ id }) => id)).toEqual([ref.id]);
    expect(loopback.message(ref.id)?.embeds).toMatchObject([
      { footer: { text: expect.stringMatching(/^run 1 · ref [0-9a-f]{8}$/) } },
    ]);
    const other = await port.post(ops.id, card('one'), plain('n2'));
    expect(other.id).not.toBe(ref.id);
  });
});

describe('the Discord adapter: the gateway', { timeout: 120_000 }, () => {
  it('hears once what was said while it was cut off, and says so', async () => {
    const { loopback, heard } = await startBoth();
    loopback.gateway.cut();
    loopback.say(loopback.seed.users.worker, loopback.seed.channels.ops, '@workflow list');
    await eventually(() => heard.messages.length > 0 && loopback.gateway.resumes() === 1);
    await eventually(() => heard.states.length === 3);
    expect(heard.states.map(({ state }) => state)).toEqual(['up', 'down', 'up']);
    expect(heard.messages.map(({ missed }) => missed)).toEqual([false]);
  });

  it('reads what it missed once when the session cannot be resumed', async () => {
    const { loopback, heard } = await startBoth();
    const { worker } = loopback.seed.users;
    const { ops, general, dm } = loopback.seed.channels;
    loopback.say(worker, ops, 'before');
    loopback.say(worker, dm, 'hello');
    await eventually(() => heard.messages.length === 2);
    loopback.gateway.refuseResume();
    loopback.gateway.cut();
    loopback.say(worker, ops, 'one');
    loopback.say(loopback.botUser, ops, 'not me');
    loopback.say(worker, general, 'two');
    loopback.say(worker, dm, '@workflow three');
    await loopback.waitFor(() => loopback.gateway.identifies.length === 2, PATIENCE);
    await eventually(() => heard.messages.length >= 5);
    loopback.say(worker, ops, 'after');
    await eventually(() => heard.messages.length >= 6);
    expect(heard.messages.slice(2).map(({ text, missed }) => [text, missed])).toEqual([
      ['one', true],
      ['two', true],
      ['@workflow three', true],
      ['after', false],
    ]);
    expect(heard.messages[3]?.author.roles).toContain('Worker');
  });

  it('goes on after a restart: reads what it missed, edits its card, doubles no post', async () => {
    const folder = await tempFolder();
    let skew = 0;
    const { loopback, port, heard } = await startBoth({ now: () => Date.now() + skew }, { folder });
    const { worker } = loopback.seed.users;
    const { ops, general } = loopback.seed.channels;
    loopback.say(worker, ops, 'before');
    await eventually(() => heard.messages.length === 1);
    const ref = await port.post(ops.id, card('one'), plain('n1'));
    await port.stop();
    loopback.say(worker, ops, 'one');
    loopback.say(worker, general, 'two');
    skew = 600_000;
    const next = await startBot(loopback, { folder });
    await eventually(() => next.heard.messages.length === 2);
    expect(next.heard.messages.map(({ text, missed }) => [text, missed])).toEqual([
      ['one', true],
      ['two', true],
    ]);
    expect((await next.port.post(ops.id, card('one'), plain('n1'))).id).toBe(ref.id);
    await next.port.edit(ref, card('two'));
    expect(loopback.message(ref.id)?.embeds).toMatchObject([{ title: 'two' }]);
    await next.port.stop();
    const third = await startBot(loopback, { folder });
    loopback.say(worker, ops, 'last');
    await eventually(() => third.heard.messages.length > 0);
    expect(third.heard.messages.map(({ text }) => text)).toEqual(['last']);
  });

  it('connects without the Message Content intent, and tells people what to do', async () => {
    const { kept, logger } = createKeeper();
    const { loopback, heard } = await startBoth({ messageContentGranted: false }, { logger });
    const { worker } = loopback.seed.users;
    const { ops } = loopback.seed.channels;
    expect(heard.states).toEqual([
      { state: 'up', detail: expect.stringContaining('Message Content intent is off') },
    ]);
    expect(kept.join('\n')).toContain('Message Content intent is off');
    loopback.say(worker, ops, '@workflow list');
    const asked = loopback.say(worker, ops, `<@&${loopback.seed.roles.bot.id}> list`);
    loopback.say(worker, ops, `<@${loopback.botUser.id}> list`);
    const answer = await loopback.waitFor(
      () => loopback.messages(ops).find(({ author }) => author.bot),
      PATIENCE,
    );
    expect(answer.replyTo).toBe(asked.id);
    expect(answer.content).toContain('Message Content Intent');
    await eventually(() => heard.messages.length === 1);
    expect(heard.messages[0]?.text).toBe(`<@${loopback.botUser.id}> list`);
  });

  it('says what to do about a wrong token, and writes no token down', async () => {
    const { kept, logger } = createKeeper();
    const loopback = await startLoopback();
    const token = 'MTIzNDU2Nzg5MDEyMzQ1Njc4.wrong.secretsecretsecret';
    const { port, handlers } = await createBot(loopback, { token, logger });
    await expect(port.start(handlers)).rejects.toMatchObject({
      code: 'DISCORD_TOKEN',
      message: expect.stringContaining('DISCORD_TOKEN in .env'),
    });
    await expect(port.post('1', textMessage('x'), plain('n'))).rejects.toMatchObject({
      code: 'unavailable',
    });
    expect(kept.join('\n')).not.toContain('secretsecret');
  });

  it('waits for a network that is not there yet', async () => {
    const loopback = await startLoopback();
    const fault = loopback.faults.add({
      method: 'GET',
      route: '/gateway/bot',
      kind: 'status',
      status: 503,
      times: 4,
    });
    const { heard } = await startBot(loopback);
    expect(heard.states.map(({ state }) => state)).toEqual(['down']);
    await eventually(() => heard.states.length === 2);
    expect(heard.states[1]?.state).toBe('up');
    expect(fault.hits()).toBe(4);
  });

  it('does not hold up the start when the gateway takes nobody', async () => {
    const clock = createManualClock(Date.now());
    const loopback = await startLoopback();
    loopback.gateway.acceptConnections(false);
    const { port, heard, handlers } = await createBot(loopback, { clock });
    const started = port.start(handlers);
    await loopback.waitFor(() => loopback.requests.length > 0);
    await clock.advance(30_000);
    await started;
    expect(heard.states.map(({ state }) => state)).toEqual(['down']);
    loopback.gateway.acceptConnections(true);
    await eventually(() => heard.states[1]?.state === 'up');
    await port.post(loopback.seed.channels.ops.id, textMessage('here'), plain('n1'));
  });

  it('says when Discord closes for good', async () => {
    const { loopback, heard } = await startBoth();
    loopback.gateway.close(4004);
    const { state, detail } = await eventually(() => heard.states[1]);
    expect(state).toBe('down');
    expect(detail).toContain('refuses the token');
  });
});
