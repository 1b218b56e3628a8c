/**
 * Posts whose answer was lost. Discord remembers a nonce for minutes only, so before a post is
 * made that may have been made before, the channel's last messages are looked through: the first
 * time a channel is posted to (a former process may have died waiting for the answer) and after
 * a failure. A message is known by its nonce, or by a mark in its footer, since lists of old
 * messages need not have nonces.
 */
import { createHash } from 'node:crypto';
import { refOf } from './incoming.ts';
import { factsOf } from './errors.ts';
import type { Client, Message, TextBasedChannel } from 'discord.js';
import type { MessageRef } from '../port.ts';

export interface LostPosts {
  /** The message posted before under this nonce, or null. @throws what discord.js throws */
  find(client: Client<true>, channel: TextBasedChannel, nonce: string): Promise<MessageRef | null>;
  /** The post failed on its way; it may have arrived. */
  suspect(channel: string, nonce: string): void;
}

/** How many of the last messages are looked through. */
const DEPTH = 100;

export const createLostPosts = (): LostPosts => {
  /** Our messages by nonce and by mark, as found when the channel was first posted to. */
  const found = new Map<string, ReadonlyMap<string, string>>();
  const suspects = new Set<string>();

  return {
    async find(client, channel, nonce) {
      const { id } = channel;
      const suspect = suspects.has(`${id} ${nonce}`);
      const known = suspect ? undefined : found.get(id);
      const posts = known ?? (await listOwn(client, channel));
      if (known === undefined && !suspect) found.set(id, posts);
      suspects.delete(`${id} ${nonce}`);
      const message = posts.get(nonce) ?? posts.get(markOf(nonce));
      return message === undefined ? null : refOf(id, message);
    },
    suspect: (channel, nonce) => void suspects.add(`${channel} ${nonce}`),
  };
};

/** What stands in a footer for a nonce. */
export const markOf = (nonce: string): string =>
  `ref ${createHash('sha256').update(nonce).digest('hex').slice(0, 8)}`;

const listOwn = async (
  client: Client<true>,
  channel: TextBasedChannel,
): Promise<ReadonlyMap<string, string>> => {
  const posts = new Map<string, string>();
  try {
    const messages = await channel.messages.fetch({ limit: DEPTH, cache: false });
    for (const message of messages.values()) {
      if (message.author.id !== client.user.id) continue;
      for (const key of keysOf(message)) posts.set(key, message.id);
    }
  } catch (error) {
    // Where history may not be read, the enforced nonce has to do.
    if (factsOf(error).status !== 403) throw error;
  }
  return posts;
};

const keysOf = (message: Message): readonly string[] => {
  const footer = message.embeds[0]?.footer?.text ?? '';
  const mark = / · (ref [0-9a-f]{8})$/.exec(footer)?.[1];
  return [
    ...(message.nonce === null ? [] : [String(message.nonce)]),
    ...(mark === undefined ? [] : [mark]),
  ];
};
