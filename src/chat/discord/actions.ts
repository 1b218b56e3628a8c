/** Presses and sent forms as the port's actions. */
import { checkedAction } from './checked.ts';
import { refOf } from './incoming.ts';
import { chatUser } from './people.ts';
import { createResponder } from './responder.ts';
import type { ButtonInteraction, Client, ModalSubmitInteraction } from 'discord.js';
import type { IncomingAction } from '../port.ts';
import type { Clock } from '../../lib/clock.ts';
import type { Logger } from '../../lib/logger.ts';

export const actionOf = async (
  client: Client<true>,
  interaction: ButtonInteraction | ModalSubmitInteraction,
  options: { readonly clock: Clock; readonly logger: Logger },
): Promise<IncomingAction> => {
  // Before anything is asked of the network: the three seconds run already.
  const responder = createResponder(interaction, options);
  const { user, guild, member } = interaction;
  const channel = interaction.channelId ?? interaction.message?.channelId ?? '';
  return checkedAction({
    id: interaction.customId,
    user: await chatUser(client, user, guild, member),
    channel,
    message: refOf(channel, interaction.message?.id ?? interaction.id),
    values: interaction.isModalSubmit() ? valuesOf(interaction) : null,
    showForm: (form) => responder.showForm(form),
    reply: (message) => responder.reply(message),
    acknowledge: () => responder.acknowledge(),
  });
};

const valuesOf = ({ fields }: ModalSubmitInteraction): Readonly<Record<string, string>> =>
  Object.fromEntries(
    [...fields.fields.keys()].map((name) => [name, fields.getTextInputValue(name)]),
  );
