/** A message of Discord as the port's. Owns what counts as somebody speaking and as addressing us. */
import { attachmentOf } from './attachments.ts';
import { checkedMessage } from './checked.ts';
import { chatUser } from './people.ts';
import { timeOf } from './snowflake.ts';
import type { Client, Guild, Message, User } from 'discord.js';
import type { IncomingMessage, MessageRef } from '../port.ts';

/** What reading needs to know about us. */
export interface ReadingOptions {
  /** Address of another Discord, or null. */
  readonly api: string | null;
  /** `COMMAND_PREFIX`: a direct message may do without. */
  readonly prefix: string;
}

export const PORT = 'discord';

export const refOf = (channel: string, id: string): MessageRef => ({
  port: PORT,
  channel,
  id,
  at: timeOf(id),
});

/**
 * Bots, webhooks, ourselves and what the system says are nobody speaking; nor is the change of a
 * message that is not known here, of which Discord may say no more than what changed.
 */
export const isSpoken = (
  message: Pick<Message, 'webhookId' | 'system'> & { readonly author: Pick<User, 'bot'> | null },
): boolean =>
  message.author !== null && !message.author.bot && message.webhookId === null && !message.system;

/** What addresses us in this place: our name, old style too, and our own role. */
export const mentionsOf = (client: Client<true>, guild: Guild | null): readonly string[] => {
  const { id } = client.user;
  const role = guild?.roles.botRoleFor(client.user) ?? null;
  return [`<@${id}>`, `<@!${id}>`, ...(role === null ? [] : [`<@&${role.id}>`])];
};

/** Addressed, but Discord kept the words back: the Message Content intent is off. */
export const isWithheld = (client: Client<true>, message: Message): boolean => {
  if (message.content !== '' || message.attachments.size > 0 || message.stickers.size > 0)
    return false;
  const role = message.guild?.roles.botRoleFor(client.user) ?? null;
  return role !== null && message.mentions.roles.has(role.id);
};

export const incomingOf = async (
  client: Client<true>,
  message: Message,
  missed: boolean,
  options: ReadingOptions,
): Promise<IncomingMessage> => {
  const { reference, guild } = message;
  const mentions = mentionsOf(client, guild);
  const answers =
    reference?.messageId === undefined ? null : refOf(reference.channelId, reference.messageId);
  return checkedMessage({
    ref: refOf(message.channelId, message.id),
    author: await chatUser(client, message.author, guild, message.member),
    text: guild === null ? addressed(message.content, mentions, options.prefix) : message.content,
    mentions,
    replyTo: answers,
    missed,
    attachments: [...message.attachments.values()].map((one) => attachmentOf(one, options.api)),
  });
};

/** In a direct message everything is meant for us, with our name or without. */
const addressed = (text: string, mentions: readonly string[], prefix: string): string => {
  const start = text.trimStart().toLowerCase();
  const named = [prefix.toLowerCase(), ...mentions].some((name) => start.startsWith(name));
  return named || start === '' ? text : `${mentions[0] ?? ''} ${text}`;
};
