/**
 * `/workflow command: …`, for servers that keep the Message Content intent to themselves. The
 * acknowledgement that Discord asks for becomes the message everything else answers; the line
 * itself is not repeated in it, since it may hold a secret.
 */
import { ApplicationCommandOptionType } from 'discord.js';
import { checkedMessage } from './checked.ts';
import { mentionsOf, refOf } from './incoming.ts';
import { chatUser } from './people.ts';
import { LIMITS, cutText } from './limits.ts';
import { reasonOf } from './errors.ts';
import type {
  AutocompleteInteraction,
  ChatInputApplicationCommandData,
  ChatInputCommandInteraction,
  Client,
} from 'discord.js';
import type { Complete } from './options.ts';
import type { IncomingMessage } from '../port.ts';
import type { Logger } from '../../lib/logger.ts';

export const SLASH = 'workflow';
const OPTION = 'command';

const definition = (completes: boolean): ChatInputApplicationCommandData => ({
  name: SLASH,
  description: 'Start a workflow or ask about one, as in a message to the bot',
  options: [
    {
      type: ApplicationCommandOptionType.String,
      name: OPTION,
      description: 'Such as: inventory-validation-v1 target_folder=0UT.3OX',
      required: true,
      autocomplete: completes,
    },
  ],
});

/** Registers the command when Discord has another one, or none. Logged when that fails. */
export const registerSlash = async (
  client: Client<true>,
  completes: boolean,
  logger: Logger,
): Promise<void> => {
  const wanted = definition(completes);
  try {
    const known = await client.application.commands.fetch();
    const shapes = known.map(({ name, description, options }) => ({
      name,
      description,
      options: options.map((option) => ({
        type: option.type,
        name: option.name,
        description: option.description,
        required: ('required' in option && option.required) ?? false,
        autocomplete: ('autocomplete' in option && option.autocomplete) ?? false,
      })),
    }));
    if (JSON.stringify(shapes) === JSON.stringify([wanted])) return;
    await client.application.commands.set([wanted]);
    logger.info({ command: SLASH }, 'the slash command is registered');
  } catch (error) {
    logger.warn(
      { code: 'DISCORD_SLASH', reason: reasonOf(error) },
      'the slash command is not registered; invite the bot with the scope applications.commands',
    );
  }
};

/** The command as a message; null when Discord did not take the acknowledgement (logged). */
export const slashMessage = async (
  client: Client<true>,
  interaction: ChatInputCommandInteraction,
  logger: Logger,
): Promise<IncomingMessage | null> => {
  const id = await acknowledge(interaction, logger);
  if (id === null) return null;
  const { user, guild, member } = interaction;
  const mentions = mentionsOf(client, guild);
  return checkedMessage({
    ref: refOf(interaction.channelId, id),
    author: await chatUser(client, user, guild, member),
    text: `${mentions[0] ?? ''} ${interaction.options.getString(OPTION) ?? ''}`,
    mentions,
    replyTo: null,
    missed: false,
    attachments: [],
  });
};

const acknowledge = async (
  interaction: ChatInputCommandInteraction,
  logger: Logger,
): Promise<string | null> => {
  try {
    const response = await interaction.reply({
      content: 'On it.',
      allowedMentions: { parse: [] },
      withResponse: true,
    });
    return response.resource?.message?.id ?? (await interaction.fetchReply()).id;
  } catch (error) {
    logger.warn(
      { code: 'DISCORD_INTERACTION', reason: reasonOf(error) },
      'a slash command was not carried out: it could not be acknowledged',
    );
    return null;
  }
};

/** Answers what is being typed; a failure shows no choices. */
export const answerCompletion = async (
  client: Client<true>,
  interaction: AutocompleteInteraction,
  complete: Complete,
  logger: Logger,
): Promise<void> => {
  try {
    const { user, guild, member } = interaction;
    const author = await chatUser(client, user, guild, member);
    const lines = await complete(interaction.options.getFocused(), author);
    const choices = [...new Set(lines)]
      .filter((line) => line !== '' && line.length <= LIMITS.choice)
      .slice(0, LIMITS.choices);
    await interaction.respond(
      choices.map((line) => ({ name: cutText(line, LIMITS.choice), value: line })),
    );
  } catch (error) {
    logger.info({ code: 'DISCORD_COMPLETE', reason: reasonOf(error) }, 'no choices were shown');
  }
};
