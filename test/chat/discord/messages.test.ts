/** Messages in and out through the real client: who is heard, what is shown, who is pinged. */
import { describe, expect, it } from 'vitest';
import { isSpoken } from '../../../src/chat/discord/incoming.ts';
import { messageOf, textMessage } from '../../../src/chat/message.ts';
import { eventually, startBoth } from './support.ts';
import type { OutgoingMessage } from '../../../src/chat/port.ts';

const plain = (nonce: string) => ({ nonce, replyTo: null });

describe('the Discord adapter: messages in', { timeout: 90_000 }, () => {
  it('hears a person with roles, place, reply and attachment, and answers', async () => {
    const { loopback, port, heard } = await startBoth();
    const { ops } = loopback.seed.channels;
    const { captain } = loopback.seed.users;
    const first = loopback.say(captain, ops, 'hello');
    const said = loopback.say(captain, ops, '@workflow list', {
      replyTo: first,
      files: [{ filename: 'inputs.yaml', content: 'a: ü', contentType: 'text/yaml' }],
    });
    const message = await eventually(() => heard.messages[1]);
    expect(message).toMatchObject({
      ref: { port: 'discord', channel: ops.id, id: said.id },
      author: { id: captain.id, name: 'Mara', local: false },
      text: '@workflow list',
      replyTo: { port: 'discord', channel: ops.id, id: first.id },
      missed: false,
    });
    expect(Math.abs(message.ref.at - said.createdAt)).toBeLessThan(1000);
    expect(message.author.roles).toEqual([loopback.seed.roles.captain.id, 'Captain']);
    expect(message.attachments[0]?.name).toBe('inputs.yaml');
    expect(await message.attachments[0]?.text()).toBe('a: ü');

    const options = { nonce: 'n1', replyTo: message.ref };
    const ref = await port.post(ops.id, textMessage('two *stars*'), options);
    const stored = loopback.message(ref.id);
    expect(stored).toMatchObject({ content: 'two \\*stars\\*', replyTo: said.id });
    expect(stored?.pinged).toEqual({ users: [], roles: [], everyone: false });
    await port.react(message.ref, 'seen');
    await port.react(message.ref, 'refused');
    expect(Object.keys(loopback.reactions(said))).toEqual(['👀', '⛔']);
  });

  it('knows every way to be addressed', async () => {
    const { loopback, heard } = await startBoth();
    const { ops, dm } = loopback.seed.channels;
    const { worker } = loopback.seed.users;
    const bot = loopback.botUser.id;
    const role = loopback.seed.roles.bot.id;
    const texts = ['@workflow list', `<@${bot}> list`, `<@!${bot}> list`, `<@&${role}> list`];
    for (const text of texts) loopback.say(worker, ops, text);
    await eventually(() => heard.messages.length === texts.length);
    expect(heard.messages.map(({ text }) => text)).toEqual(texts);
    expect(heard.messages[0]?.mentions).toEqual([`<@${bot}>`, `<@!${bot}>`, `<@&${role}>`]);
    loopback.say(worker, dm, 'list');
    loopback.say(worker, dm, '@workflow list');
    await eventually(() => heard.messages.length === texts.length + 2);
    const [bare, named] = heard.messages.slice(-2);
    expect(bare?.text).toBe(`<@${bot}> list`);
    expect(bare?.author.roles).toContain('Worker');
    expect(named?.text).toBe('@workflow list');
  });

  it('hears no bots, not itself, and edits of people only', async () => {
    const { loopback, port, heard } = await startBoth();
    const { ops } = loopback.seed.channels;
    const { worker } = loopback.seed.users;
    await port.post(ops.id, textMessage('@workflow list'), plain('n1'));
    loopback.say(loopback.botUser, ops, '@workflow list');
    const said = loopback.say(worker, ops, '@workflow lst');
    loopback.editMessage(said, '@workflow list');
    expect((await eventually(() => heard.edits[0])).text).toBe('@workflow list');
    expect(heard.edits[0]?.ref.id).toBe(said.id);
    expect(heard.messages.map(({ ref }) => ref.id)).toEqual([said.id]);
  });

  it('takes no webhook and no system message for a person', () => {
    const person = { author: { bot: false }, webhookId: null, system: false };
    expect(isSpoken(person)).toBe(true);
    expect(isSpoken({ ...person, webhookId: '12345678901234567' })).toBe(false);
    expect(isSpoken({ ...person, system: true })).toBe(false);
  });

  it('asks nobody else for attachments and takes no large ones', async () => {
    const { loopback, heard } = await startBoth();
    const { ops } = loopback.seed.channels;
    loopback.say(loopback.seed.users.worker, ops, '@workflow run x', {
      files: [{ filename: 'large.yaml', content: 'x'.repeat(300 * 1024) }],
    });
    const message = await eventually(() => heard.messages[0]);
    await expect(message.attachments[0]?.text()).rejects.toMatchObject({ code: 'too_large' });
  });

  it('finds channels by name, mention and id, and people for direct messages', async () => {
    const { loopback, port } = await startBoth();
    const { ops, dm } = loopback.seed.channels;
    const { worker } = loopback.seed.users;
    for (const name of ['ops', '#OPS', `<#${ops.id}>`, ops.id]) {
      expect(await port.findChannel(name)).toBe(ops.id);
    }
    expect(await port.findChannel(`user:${worker.id}`)).toBe(dm.id);
    expect(await port.findChannel(`dm:${worker.id}`)).toBe(dm.id);
    expect(await port.findChannel('nowhere')).toBe(null);
    expect(await port.findChannel('12345678901234567')).toBe(null);
    const ref = await port.post(dm.id, textMessage('psst'), plain('n1'));
    expect(loopback.message(ref.id)?.channelId).toBe(dm.id);
  });
});

describe('the Discord adapter: messages out', { timeout: 90_000 }, () => {
  const card = (title: string): OutgoingMessage =>
    messageOf({
      card: {
        title,
        tone: 'running',
        sections: [
          { heading: null, lines: [['by ', { type: 'strong', text: 'A*' }]] },
          { heading: 'Log', lines: [[{ type: 'pre', text: 'one\n```' }]] },
        ],
        footer: 'run 1',
      },
      actions: [[{ id: 'a:1:cancel', label: 'Cancel', style: 'danger' }]],
    });

  it('paints a card, paints it over, and clears what an edit leaves out', async () => {
    const { loopback, port } = await startBoth();
    const { ops } = loopback.seed.channels;
    const { captain } = loopback.seed.users;
    const role = loopback.seed.roles.commander;
    const ping = { users: [captain.id], roles: [role.id] };
    const asked = messageOf({ ...card('one'), text: [['@everyone look']], ping });
    const ref = await port.post(ops.id, asked, plain('n1'));
    expect(loopback.message(ref.id)).toMatchObject({
      content: `<@&${role.id}> <@${captain.id}> @everyone look`,
      embeds: [
        {
          title: 'one',
          description: 'by **A\\***',
          fields: [{ name: 'Log', value: '```\none\n`\u200b`\u200b`\n```' }],
        },
      ],
      components: [{ components: [{ custom_id: 'a:1:cancel', label: 'Cancel', style: 4 }] }],
      pinged: { users: [captain.id], roles: [role.id], everyone: false },
    });
    await port.edit(ref, card('two'));
    expect(loopback.message(ref.id)).toMatchObject({ content: '', embeds: [{ title: 'two' }] });
    await port.edit(ref, textMessage('three'));
    const last = loopback.message(ref.id);
    expect(last).toMatchObject({ content: 'three', embeds: [], components: [] });
    const edits = loopback.requests.filter(({ method }) => method === 'PATCH');
    for (const { body } of edits) {
      expect(body).toMatchObject({ allowed_mentions: { parse: [], replied_user: false } });
    }
  });

  it('attaches files byte by byte', async () => {
    const { loopback, port } = await startBoth();
    const files = [{ name: 'RECEIPT.yaml', data: 'ok: true\r\n\u0000é😀\n' }];
    const ref = await port.post(
      loopback.seed.channels.ops.id,
      messageOf({ text: [['done']], files }),
      plain('n1'),
    );
    const [stored] = loopback.message(ref.id)?.attachments ?? [];
    expect(stored?.filename).toBe('RECEIPT.yaml');
    expect(stored?.content.toString('utf8')).toBe(files[0]?.data);
  });

  it('keeps within the limits with a huge card', async () => {
    const { loopback, port } = await startBoth();
    const line = ['`*_'.repeat(200)];
    const huge = messageOf({
      text: Array.from({ length: 200 }, () => line),
      card: {
        title: '<'.repeat(400),
        tone: 'failed',
        sections: Array.from({ length: 40 }, (_item, index) => ({
          heading: index < 2 ? null : `Section ${index} ${'#'.repeat(300)}`,
          lines: Array.from({ length: 20 }, () => line),
        })),
        footer: 'f'.repeat(3000),
      },
      actions: Array.from({ length: 7 }, (_row, row) =>
        Array.from({ length: 7 }, (_at, at) => ({
          id: `a:${row}:${at}`,
          label: 'l'.repeat(200),
          style: 'neutral' as const,
        })),
      ),
    });
    const ref = await port.post(loopback.seed.channels.ops.id, huge, plain('n1'));
    await port.edit(ref, huge);
    expect(loopback.message(ref.id)?.components).toHaveLength(5);
    expect(JSON.stringify(loopback.message(ref.id)?.embeds)).toContain('… cut:');
  });

  it('says with a code why something cannot be sent', async () => {
    const { loopback, port } = await startBoth();
    const { ops } = loopback.seed.channels;
    const ref = await port.post(ops.id, textMessage('x'), plain('n1'));
    loopback.deleteMessage(ref.id);
    await expect(port.edit(ref, textMessage('y'))).rejects.toMatchObject({
      name: 'ChatError',
      code: 'gone',
      retryable: false,
    });
    const post = () => port.post(ops.id, textMessage('y'), plain('n2'));
    loopback.faults.add({ kind: 'status', status: 400, code: 50035, method: 'POST' });
    await expect(post()).rejects.toMatchObject({ code: 'too_large' });
    loopback.faults.add({ kind: 'status', status: 503, method: 'POST', times: 10 });
    await expect(post()).rejects.toMatchObject({ code: 'unavailable', retryable: true });
    loopback.faults.clear();
    loopback.deny(ops, 'send');
    await expect(post()).rejects.toMatchObject({ code: 'forbidden' });
    await expect(
      port.post('12345678901234567', textMessage('y'), plain('n3')),
    ).rejects.toMatchObject({ code: 'gone' });
  });
});
