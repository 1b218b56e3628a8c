/**
 * Discord as a chat port. Light on purpose: everything that needs discord.js is loaded when the
 * port is started, because it costs start-up time.
 */
import { EDITABLE_FOR } from './limits.ts';
import { ChatError } from '../port.ts';
import type { DiscordOptions } from './options.ts';
import type { OpenDiscord } from './open-discord.ts';
import type { ChatPort } from '../port.ts';

/** Creates the port; nothing is loaded or opened before `start`. */
export const createDiscordPort = (options: DiscordOptions): ChatPort => {
  const logger = options.logger.child({ port: 'discord' });
  let open: OpenDiscord | null = null;

  const opened = (): OpenDiscord => {
    if (open === null) throw new ChatError('unavailable', 'Discord is not connected');
    return open;
  };

  return {
    name: 'discord',
    features: { edits: true, editableFor: EDITABLE_FOR, rateLimited: true },
    async start(handlers) {
      const { openDiscord } = await import('./open-discord.ts');
      open = openDiscord({ ...options, logger }, handlers);
      await open.started;
    },
    async stop() {
      await open?.close();
    },
    post: async (channel, message, how) => opened().post(channel, message, how),
    edit: async (ref, message) => opened().edit(ref, message),
    react: async (ref, reaction) => opened().react(ref, reaction),
    findChannel: async (name) => opened().findChannel(name),
  };
};
