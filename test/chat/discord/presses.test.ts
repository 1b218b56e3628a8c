/** Buttons, forms and the slash command: one first response, in time, to the right person. */
import { describe, expect, it } from 'vitest';
import { messageOf, textMessage } from '../../../src/chat/message.ts';
import { createManualClock } from '../../../src/lib/manual-clock.ts';
import { eventually, startBot, startBoth } from './support.ts';
import type { LoopbackDiscord } from '../../support/discord/server.ts';
import type { ChatPort, MessageRef } from '../../../src/chat/port.ts';

const ID = 'a:run:choose:task:1:0';
const UPDATE = 6;
const MODAL = 9;
const MESSAGE = 4;

const postQuestion = (port: ChatPort, loopback: LoopbackDiscord): Promise<MessageRef> =>
  port.post(
    loopback.seed.channels.ops.id,
    messageOf({ text: [['?']], actions: [[{ id: ID, label: 'Reject', style: 'danger' }]] }),
    { nonce: 'question', replyTo: null },
  );

const form = {
  id: 'a:run:reason:task:1:0',
  title: 'REJECT: why should this not go on, in your own words?',
  fields: [{ name: 'reason', label: 'Reason', required: true, long: true }],
};

describe('the Discord adapter: presses', { timeout: 90_000 }, () => {
  it('opens a form and hears what was filled in, on the message of its button', async () => {
    const { loopback, port, heard } = await startBoth();
    const { captain } = loopback.seed.users;
    const ref = await postQuestion(port, loopback);
    const click = loopback.click(captain, ref.id, ID);
    const press = await eventually(() => heard.actions[0]);
    expect(press).toMatchObject({
      id: ID,
      channel: ref.channel,
      message: ref,
      values: null,
      user: { id: captain.id, name: 'Mara' },
    });
    expect(press.user.roles).toContain('Captain');
    await press.showForm(form);
    const opened = await click.response();
    expect(opened.type).toBe(MODAL);
    expect(opened.data['title']).toHaveLength(45);

    const submit = loopback.submitModal(captain, click, { reason: 'out of stock' });
    const sent = await eventually(() => heard.actions[1]);
    expect(sent).toMatchObject({ id: form.id, message: ref, values: { reason: 'out of stock' } });
    await sent.acknowledge();
    expect((await submit.response()).type).toBe(UPDATE);
  });

  it('shows a refusal to the person alone, also after the acknowledgement', async () => {
    const { loopback, port, heard } = await startBoth();
    const { stranger } = loopback.seed.users;
    const ref = await postQuestion(port, loopback);
    const first = loopback.click(stranger, ref.id, ID);
    const press = await eventually(() => heard.actions[0]);
    await press.reply(textMessage('You may not: L1 may'));
    expect((await first.response()).type).toBe(MESSAGE);
    expect(await first.answer()).toMatchObject({
      content: 'You may not: L1 may',
      ephemeralFor: stranger.id,
    });
    const second = loopback.click(stranger, ref.id, ID);
    const again = await eventually(() => heard.actions[1]);
    await again.acknowledge();
    await again.acknowledge();
    await again.reply(textMessage('Closed'));
    expect((await second.response()).type).toBe(UPDATE);
    expect(await second.followUp()).toMatchObject({
      content: 'Closed',
      ephemeralFor: stranger.id,
    });
    const callbacks = loopback.requests.filter(({ route }) => route.endsWith('/callback'));
    expect(callbacks.map(({ status }) => status)).toEqual([204, 204]);
  });

  it('acknowledges for a bridge that takes its time', async () => {
    const clock = createManualClock(Date.now());
    const { loopback, port, heard } = await startBoth({}, { clock });
    const ref = await postQuestion(port, loopback);
    const click = loopback.click(loopback.seed.users.captain, ref.id, ID);
    const press = await eventually(() => heard.actions[0]);
    await clock.advance(1400);
    expect(click.record.response).toBeUndefined();
    await clock.advance(200);
    expect((await click.response()).type).toBe(UPDATE);
    await press.showForm(form);
    expect((await click.followUp()).content).toContain('Press the button again');
  });

  it('survives presses that Discord no longer knows', async () => {
    const { loopback, port, heard } = await startBoth();
    const ref = await postQuestion(port, loopback);
    const click = loopback.click(loopback.seed.users.captain, ref.id, ID);
    const press = await eventually(() => heard.actions[0]);
    click.expire();
    await press.acknowledge();
    await press.reply(textMessage('too late'));
    expect(click.followUps()).toEqual([]);
    await port.edit(ref, textMessage('still alive'));
    expect(loopback.message(ref.id)?.content).toBe('still alive');
  });
});

describe('the Discord adapter: /workflow', { timeout: 90_000 }, () => {
  const COMMANDS = '/applications/:application/commands';

  it('is registered once, and its line is a message like any other', async () => {
    const { loopback, port, heard } = await startBoth({ messageContentGranted: false });
    const { worker } = loopback.seed.users;
    const { ops } = loopback.seed.channels;
    await loopback.waitFor(() =>
      loopback.requests.some((one) => one.method === 'PUT' && one.route === COMMANDS),
    );
    const line = 'inventory-validation-v1 target_folder=0UT.3OX';
    const slash = await eventually(() =>
      tried(() => loopback.slash(worker, ops, 'workflow', { command: line })),
    );
    const message = await eventually(() => heard.messages[0]);
    expect(message.text).toBe(`<@${loopback.botUser.id}> ${line}`);
    expect(message.mentions).toContain(`<@${loopback.botUser.id}>`);
    expect(message.author).toMatchObject({ id: worker.id });
    const answer = await slash.answer();
    expect(answer).toMatchObject({ id: message.ref.id, content: 'On it.' });
    await port.post(ops.id, textMessage('started'), { nonce: 'card', replyTo: message.ref });
    expect(loopback.messages(ops).at(-1)).toMatchObject({ replyTo: answer.id });
    await port.react(message.ref, 'seen');
  });

  it('is left alone when it is registered already, and completes lines', async () => {
    const asked: string[] = [];
    const complete = async (text: string, { name }: { readonly name: string }) => {
      asked.push(`${name}: ${text}`);
      return [...Array.from({ length: 30 }, (_, index) => `${text}-${index}`), 'x'.repeat(101)];
    };
    const { loopback, port } = await startBoth({}, { complete });
    const { worker } = loopback.seed.users;
    const { ops } = loopback.seed.channels;
    const handle = await eventually(() =>
      tried(() => loopback.autocomplete(worker, ops, 'workflow', { command: 'inv' }, 'command')),
    );
    const { data } = await handle.response();
    expect(data['choices']).toHaveLength(25);
    expect(asked).toEqual(['Tomas: inv']);
    await port.stop();
    await startBot(loopback, { complete });
    const calls = () => loopback.requests.filter(({ route }) => route === COMMANDS);
    await loopback.waitFor(() => calls().filter(({ method }) => method === 'GET').length === 2);
    expect(calls().filter(({ method }) => method === 'PUT')).toHaveLength(1);
  });
});

/** What throws is not there yet. */
const tried = <T>(make: () => T): T | null => {
  try {
    return make();
  } catch {
    return null;
  }
};
