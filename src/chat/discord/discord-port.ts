/**
 * Discord as a chat port. Light on purpose: everything that needs discord.js is loaded when the
 * port is started, because it costs start-up time.
 */
import { EDITABLE_FOR } from './limits.ts';
import { ChatError } from '../port.ts';
import type { OpenDiscord } from './open-discord.ts';
import type { SeenStore } from './seen-store.ts';
import type { ChatPort, ChatUser } from '../port.ts';
import type { Clock } from '../../lib/clock.ts';
import type { Logger } from '../../lib/logger.ts';

export interface DiscordOptions {
  readonly token: string;
  /** Address of another Discord (`http://host:port/api`), or null for the real one. */
  readonly api: string | null;
  /** `COMMAND_PREFIX`, such as `@workflow`. */
  readonly prefix: string;
  readonly clock: Clock;
  readonly logger: Logger;
  /** Remembers what was read up to. */
  readonly store: SeenStore;
  /** Completes lines of the slash command; without it nothing is offered. */
  readonly complete?: Complete;
}

/** Ways to go on with a line that is being typed, whole lines, best first. */
export type Complete = (text: string, user: ChatUser) => Promise<readonly string[]>;

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
