/** Buttons, modals and slash commands through the real client. */
import {
  ApplicationCommandOptionType,
  ComponentType,
  MessageFlags,
  TextInputStyle,
} from 'discord.js';
import { describe, expect, it } from 'vitest';
import { login, nextInteraction, opsOf, startLoopback } from './client.ts';

const row = {
  type: 1,
  components: [{ type: 2, style: 1, label: 'Approve', custom_id: 'approve:7F3K' }],
} as const;

describe('interactions on the loopback Discord', () => {
  it('takes a click, is told deferUpdate, and shows the edit of the card', async () => {
    const loopback = await startLoopback();
    const client = await login(loopback);
    const card = await (await opsOf(client, loopback)).send({ content: '?', components: [row] });
    const arriving = nextInteraction(client);
    const click = loopback.click(loopback.seed.users.captain, card.id, 'approve:7F3K');
    const interaction = await arriving;
    if (!interaction.isButton()) throw new Error('expected a button');
    expect(interaction.customId).toBe('approve:7F3K');
    expect(interaction.inCachedGuild() && interaction.member.roles.cache.size).toBe(2);
    await interaction.deferUpdate();
    expect((await click.response()).type).toBe(6);
    await interaction.editReply({ content: 'approved', components: [] });
    await interaction.followUp({ content: 'thanks', flags: MessageFlags.Ephemeral });
    expect(loopback.message(card.id)).toMatchObject({ content: 'approved', components: [] });
    expect(await click.followUp()).toMatchObject({
      content: 'thanks',
      ephemeralFor: loopback.seed.users.captain.id,
    });
  });

  it('opens a modal and carries what was filled in back', async () => {
    const loopback = await startLoopback();
    const client = await login(loopback);
    const card = await (await opsOf(client, loopback)).send({ content: '?', components: [row] });
    const arriving = nextInteraction(client);
    const click = loopback.click(loopback.seed.users.captain, card.id, 'approve:7F3K');
    const button = await arriving;
    if (!button.isButton()) throw new Error('expected a button');
    await button.showModal({
      custom_id: 'reason:7F3K',
      title: 'Why?',
      components: [
        {
          type: ComponentType.ActionRow,
          components: [
            {
              type: ComponentType.TextInput,
              style: TextInputStyle.Paragraph,
              label: 'Reason',
              custom_id: 'reason',
              max_length: 50,
            },
          ],
        },
      ],
    });
    await click.response();
    const { captain } = loopback.seed.users;
    expect(() => loopback.submitModal(captain, click, {})).toThrow('1 to 50');
    const submitting = nextInteraction(client);
    const submit = loopback.submitModal(captain, click, { reason: 'out of stock' });
    const modal = await submitting;
    if (!modal.isModalSubmit() || !modal.isFromMessage()) throw new Error('expected a modal');
    expect(modal.fields.getTextInputValue('reason')).toBe('out of stock');
    await modal.update({ content: 'rejected', components: [] });
    expect(await submit.answer()).toMatchObject({ id: card.id, content: 'rejected' });
  });

  it('registers a slash command, completes it and answers it', async () => {
    const loopback = await startLoopback();
    const client = await login(loopback);
    await client.application.commands.set(
      [
        {
          name: 'workflow',
          description: 'Runs and asks',
          options: [
            {
              name: 'run',
              description: 'Starts one',
              type: ApplicationCommandOptionType.Subcommand,
              options: [
                {
                  name: 'name',
                  description: 'Which',
                  type: ApplicationCommandOptionType.String,
                  autocomplete: true,
                },
              ],
            },
          ],
        },
      ],
      loopback.seed.guildId,
    );
    const { worker } = loopback.seed.users;
    const { ops } = loopback.seed.channels;
    const typing = nextInteraction(client);
    const asked = loopback.autocomplete(worker, ops, 'workflow run', { name: 'inv' }, 'name');
    const completion = await typing;
    if (!completion.isAutocomplete()) throw new Error('expected autocomplete');
    expect(completion.options.getFocused()).toBe('inv');
    await completion.respond([{ name: 'inventory', value: 'inventory-v1' }]);
    expect((await asked.response()).data).toEqual({
      choices: [{ name: 'inventory', value: 'inventory-v1' }],
    });

    const arriving = nextInteraction(client);
    const slash = loopback.slash(worker, ops, 'workflow run', { name: 'inventory-v1' });
    const command = await arriving;
    if (!command.isChatInputCommand()) throw new Error('expected a command');
    expect(command.options.getSubcommand()).toBe('run');
    expect(command.options.getString('name')).toBe('inventory-v1');
    await command.deferReply();
    await command.editReply('started');
    expect(await slash.answer()).toMatchObject({ content: 'started', type: 20 });
  });

  it('refuses a second answer (40060) and one that comes too late (10062)', async () => {
    const loopback = await startLoopback();
    const client = await login(loopback);
    const card = await (await opsOf(client, loopback)).send({ content: '?', components: [row] });
    const press = async () => {
      const arriving = nextInteraction(client);
      const handle = loopback.click(loopback.seed.users.captain, card.id, 'approve:7F3K');
      const interaction = await arriving;
      if (!interaction.isButton()) throw new Error('expected a button');
      return { handle, interaction };
    };
    const twice = await press();
    await twice.interaction.deferUpdate();
    twice.interaction.deferred = false;
    await expect(twice.interaction.deferUpdate()).rejects.toMatchObject({ code: 40060 });
    const late = await press();
    late.handle.expire();
    await expect(late.interaction.deferUpdate()).rejects.toMatchObject({ code: 10062 });
    twice.handle.expire();
    twice.interaction.deferred = true;
    await expect(twice.interaction.editReply('x')).rejects.toMatchObject({ code: 50027 });
  });
});
