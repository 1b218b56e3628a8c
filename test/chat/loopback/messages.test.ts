/** Messages through the real client: receiving, answering, editing, reacting, files, limits. */
import { Buffer } from 'node:buffer';
import { AttachmentBuilder, ComponentType, EmbedBuilder, MessageFlags } from 'discord.js';
import { describe, expect, it } from 'vitest';
import { login, nextMessage, opsOf, PLAIN_INTENTS, startLoopback } from './client.ts';

describe('messages on the loopback Discord', () => {
  it('logs in and shows the guild, its roles and members', async () => {
    const loopback = await startLoopback();
    const client = await login(loopback);
    const guild = await client.guilds.fetch(loopback.seed.guildId);
    expect(client.user.id).toBe(loopback.botUser.id);
    expect(guild.roles.botRoleFor(client.user)?.id).toBe(loopback.seed.roles.bot.id);
    const captain = await guild.members.fetch(loopback.seed.users.captain.id);
    expect(captain.roles.cache.has(loopback.seed.roles.captain.id)).toBe(true);
    const everybody = await guild.members.fetch();
    expect(everybody.size).toBe(6);
    expect((await client.application.fetch()).flags.has('GatewayMessageContentLimited')).toBe(true);
  });

  it('carries a question in and an answer with an embed and a file out', async () => {
    const loopback = await startLoopback();
    const client = await login(loopback);
    const { ops } = loopback.seed.channels;
    const arriving = nextMessage(client);
    const asked = loopback.say(loopback.seed.users.worker, ops, '@workflow list', {
      files: [{ filename: 'inputs.yaml', content: 'a: 1', contentType: 'text/yaml' }],
    });
    const message = await arriving;
    expect(message.content).toBe('@workflow list');
    const url = message.attachments.first()?.url ?? '';
    expect(await (await fetch(url)).text()).toBe('a: 1');

    const receipt = Buffer.from([0, 13, 10, 45, 45, 255]);
    const reply = await message.reply({
      content: `<@${message.author.id}> done`,
      embeds: [new EmbedBuilder().setTitle('Receipt')],
      files: [new AttachmentBuilder(receipt, { name: 'receipt.bin', description: 'bytes' })],
      allowedMentions: { parse: [], repliedUser: true },
    });
    const stored = loopback.message(reply.id);
    expect(stored).toMatchObject({ replyTo: asked.id, type: 19, embeds: [{ title: 'Receipt' }] });
    expect(stored?.attachments[0]?.content.equals(receipt)).toBe(true);
    expect(stored?.attachments[0]?.description).toBe('bytes');
    expect(stored?.pinged.users).toEqual([message.author.id]);
  });

  it('pings only whom allowedMentions lets it, and nobody on an edit', async () => {
    const loopback = await startLoopback();
    const channel = await opsOf(await login(loopback), loopback);
    const { worker, captain } = loopback.seed.users;
    const role = loopback.seed.roles.commander;
    const content = `<@${worker.id}> <@${captain.id}> <@&${role.id}> @everyone`;
    const quiet = await channel.send({ content, allowedMentions: { parse: [] } });
    const chosen = await channel.send({
      content,
      allowedMentions: { users: [worker.id], roles: [role.id] },
    });
    const loud = await channel.send(content);
    await quiet.edit(content);
    const pings = [quiet, chosen, loud].map(({ id }) => loopback.message(id)?.pinged);
    expect(pings).toEqual([
      { users: [], roles: [], everyone: false },
      { users: [worker.id], roles: [role.id], everyone: false },
      { users: [worker.id, captain.id], roles: [role.id], everyone: true },
    ]);
  });

  it('keeps every revision, lists, deletes and reacts', async () => {
    const loopback = await startLoopback();
    const channel = await opsOf(await login(loopback), loopback);
    const card = await channel.send('one');
    await card.edit('two');
    await card.edit({ content: '', embeds: [{ description: 'three' }] });
    const history = loopback.message(card.id)?.revisions.map(({ content }) => content);
    expect(history).toEqual(['one', 'two', '']);
    await card.react('✅');
    expect(loopback.reactions(card.id)).toEqual({ '✅': [loopback.botUser.id] });
    const late = loopback.say(loopback.seed.users.worker, channel.id, 'later');
    const after = await channel.messages.fetch({ after: card.id });
    expect([...after.keys()]).toEqual([late.id]);
    await card.delete();
    expect(loopback.messages(channel.id).map(({ id }) => id)).toEqual([late.id]);
    await expect(card.edit('gone')).rejects.toMatchObject({ code: 10008 });
  });

  it('starts a thread and finds the direct message', async () => {
    const loopback = await startLoopback();
    const client = await login(loopback);
    const channel = await opsOf(client, loopback);
    const card = await channel.send('run');
    const thread = await card.startThread({ name: 'log' });
    await thread.send('line');
    expect(loopback.messages(thread.id).map(({ content }) => content)).toEqual(['line']);
    const worker = await client.users.fetch(loopback.seed.users.worker.id);
    const direct = await worker.send('hello');
    expect(direct.channelId).toBe(loopback.seed.channels.dm.id);
  });

  it('hides content without the intent, except in a DM or when the bot user is mentioned', async () => {
    const loopback = await startLoopback();
    const client = await login(loopback, { intents: PLAIN_INTENTS });
    const { worker } = loopback.seed.users;
    const { ops, dm } = loopback.seed.channels;
    const seen = async (channel: string, text: string): Promise<string> => {
      const arriving = nextMessage(client);
      loopback.say(worker, channel, text);
      return (await arriving).content;
    };
    expect(await seen(ops.id, '@workflow list')).toBe('');
    expect(await seen(ops.id, `<@&${loopback.seed.roles.bot.id}> list`)).toBe('');
    expect(await seen(ops.id, `<@${loopback.botUser.id}> list`)).toContain('list');
    expect(await seen(dm.id, 'list')).toBe('list');
  });

  it('refuses what breaks a limit', async () => {
    const loopback = await startLoopback();
    const channel = await opsOf(await login(loopback), loopback);
    const button = (custom_id: string) => ({ type: 2, style: 1, label: 'x', custom_id }) as const;
    const row = (...ids: string[]) => ({ type: 1, components: ids.map(button) }) as const;
    const embed = { description: 'x'.repeat(3001) };
    const invalid = { code: 50035 };
    const send = (body: Parameters<typeof channel.send>[0]) => channel.send(body);
    await expect(send('x'.repeat(2001))).rejects.toMatchObject(invalid);
    await expect(send({ embeds: [embed, embed] })).rejects.toMatchObject(invalid);
    await expect(send({ components: [row('x'.repeat(101))] })).rejects.toMatchObject(invalid);
    await expect(send({ components: [row('a', 'a')] })).rejects.toMatchObject(invalid);
    await expect(send({ components: [row('1', '2', '3', '4', '5', '6')] })).rejects.toMatchObject(
      invalid,
    );
    await expect(
      send({
        flags: MessageFlags.IsComponentsV2,
        content: 'no',
        components: [{ type: ComponentType.TextDisplay, content: 'yes' }],
      }),
    ).rejects.toMatchObject(invalid);
    await expect(send({ content: '  ' })).rejects.toMatchObject({ code: 50006 });
    const large = Buffer.alloc(10 * 1024 * 1024 + 1);
    await expect(send({ files: [{ attachment: large, name: 'x' }] })).rejects.toMatchObject({
      code: 40005,
    });
    loopback.deny(channel.id, 'send');
    await expect(send('x')).rejects.toMatchObject({ code: 50013 });
    expect(loopback.messages(channel.id)).toEqual([]);
  });
});
