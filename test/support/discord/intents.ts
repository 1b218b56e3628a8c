/** Gateway intents the loopback knows, and what a session sees of a message. */
import type { LoopbackMessage } from './types.ts';
import type { World } from './world.ts';

export const INTENTS = {
  guilds: 1 << 0,
  guildMembers: 1 << 1,
  guildMessages: 1 << 9,
  guildReactions: 1 << 10,
  directMessages: 1 << 12,
  directReactions: 1 << 13,
  messageContent: 1 << 15,
} as const;

/** The intent that asks for a channel's messages. */
export const messageIntent = (message: { readonly guildId?: string }): number =>
  message.guildId === undefined ? INTENTS.directMessages : INTENTS.guildMessages;

/** The intent that asks for a channel's reactions. */
export const reactionIntent = (message: { readonly guildId?: string }): number =>
  message.guildId === undefined ? INTENTS.directReactions : INTENTS.guildReactions;

/**
 * Is the content shown? Always in a direct message, when the bot wrote it, and when it
 * mentions the bot *user* (a mention of its role does not count); else only with the intent.
 */
export function showsContent(world: World, message: LoopbackMessage, granted: boolean): boolean {
  const bot = world.seed.bot.id;
  return (
    granted ||
    message.guildId === undefined ||
    message.author.id === bot ||
    message.pinged.users.includes(bot)
  );
}
