/**
 * What Discord's gateway sends, handed to those who read it.
 *
 * Invariant: nothing that comes in here is thrown back into discord.js, whose socket it came from:
 * an event that cannot be read is a line in the log.
 */
import { actionOf } from './actions.ts';
import { reasonOf } from './errors.ts';
import { answerCompletion, slashMessage, SLASH } from './slash.ts';
import type { Client, Interaction } from 'discord.js';
import type { ChatHandlers } from '../port.ts';
import type { Feed } from './feed.ts';
import type { DiscordOptions } from './options.ts';

export interface ListenOptions extends Pick<DiscordOptions, 'clock' | 'logger' | 'complete'> {
  readonly handlers: Pick<ChatHandlers, 'onMessage' | 'onAction'>;
  readonly feed: Pick<Feed, 'created' | 'edited'>;
}

/** Puts listeners on a client that is not logged in yet. */
export const listen = (client: Client, options: ListenOptions): void => {
  const { handlers, feed, clock, logger, complete } = options;

  const unread = (code: string, error: unknown): void =>
    logger.error({ code, reason: reasonOf(error) }, 'what Discord sent was not carried out');

  const guarded = (work: () => void): void => {
    try {
      work();
    } catch (error) {
      unread('DISCORD_EVENT', error);
    }
  };

  const interacted = async (ready: Client<true>, interaction: Interaction): Promise<void> => {
    if (interaction.isButton() || interaction.isModalSubmit()) {
      return handlers.onAction(await actionOf(ready, interaction, { clock, logger }));
    }
    if (interaction.isAutocomplete() && complete !== undefined) {
      return answerCompletion(ready, interaction, complete, logger);
    }
    if (interaction.isChatInputCommand() && interaction.commandName === SLASH) {
      const message = await slashMessage(ready, interaction, logger);
      if (message !== null) await handlers.onMessage(message);
    }
  };

  client.on('messageCreate', (message) => {
    if (client.isReady()) guarded(() => feed.created(client, message));
  });
  client.on('messageUpdate', (before, after) => {
    const same = !before.partial && before.content === after.content;
    if (!client.isReady() || after.editedTimestamp === null || same) return;
    guarded(() => feed.edited(client, after));
  });
  client.on('interactionCreate', (interaction) => {
    if (!client.isReady()) return;
    interacted(client, interaction).catch((error: unknown) => unread('DISCORD_INTERACTION', error));
  });
};
