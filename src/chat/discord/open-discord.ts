/**
 * An open connection to Discord. Owns what is sent: every post has its nonce, every send and every
 * edit names who may be pinged, and errors become the port's. Connecting, reading and answering
 * presses are in files of their own.
 */
import { createConnection } from './connection.ts';
import { toChatError } from './errors.ts';
import { createFeed } from './feed.ts';
import { findChannel } from './find-channel.ts';
import { PORT, refOf } from './incoming.ts';
import { LIMITS } from './limits.ts';
import { listen } from './listen.ts';
import { createLostPosts, markOf } from './lost-posts.ts';
import { renderMessage } from './render-message.ts';
import { registerSlash } from './slash.ts';
import { withTimeout } from './timeout.ts';
import { textMessage } from '../message.ts';
import { ChatError } from '../port.ts';
import type { Client, SendableChannels } from 'discord.js';
import type { DiscordOptions } from './options.ts';
import type { ChatHandlers, ChatPort, MessageRef } from '../port.ts';

/** What the port does once it is started. */
export interface OpenDiscord extends Pick<ChatPort, 'post' | 'edit' | 'react' | 'findChannel'> {
  /** Resolves when it is up, or the network is down and tried again. Rejects with a DiscordError. */
  readonly started: Promise<void>;
  close(): Promise<void>;
}

/** Connects; usable at once, though what is sent before it is up fails as unavailable. */
export const openDiscord = (options: DiscordOptions, handlers: ChatHandlers): OpenDiscord => {
  const { clock, logger, store, complete } = options;
  const lost = createLostPosts();

  /** Runs `work` on the client; whatever goes wrong becomes a ChatError that says what was tried. */
  const attempt = async <T>(
    what: string,
    work: (client: Client<true>) => Promise<T>,
  ): Promise<T> => {
    const client = connection.client();
    if (client === null) throw new ChatError('unavailable', `Discord is not connected: ${what}`);
    try {
      return await work(client);
    } catch (error) {
      throw toChatError(error, what);
    }
  };

  const sendable = async (client: Client<true>, id: string): Promise<SendableChannels> => {
    const channel = await client.channels.fetch(id);
    if (channel?.isSendable() === true) return channel;
    throw new ChatError('gone', `Discord has no channel ${id} that can be written to`);
  };

  const post: ChatPort['post'] = (id, message, { nonce, replyTo }) =>
    attempt(`post to channel ${id}`, async (client) => {
      const channel = await sendable(client, id);
      const earlier = await lost.find(client, channel, nonce);
      if (earlier !== null) return earlier;
      try {
        const answers = replyTo?.port === PORT && replyTo.channel === id ? replyTo.id : null;
        const sent = await channel.send({
          ...renderMessage(message, markOf(nonce)),
          nonce: nonce.slice(0, LIMITS.nonce),
          enforceNonce: true,
          ...(answers === null
            ? {}
            : { reply: { messageReference: answers, failIfNotExists: false } }),
        });
        return refOf(id, sent.id);
      } catch (error) {
        if (toChatError(error, '').retryable) lost.suspect(id, nonce);
        throw error;
      }
    });

  /** Somebody spoke to us, and Discord gave us no words: say what to do. */
  const withheld = async (ref: MessageRef): Promise<void> => {
    await post(ref.channel, textMessage(...WITHHELD), { nonce: `w${ref.id}`, replyTo: ref });
  };

  const feed = createFeed({
    ...options,
    handlers,
    withheld: (message) => withheld(refOf(message.channelId, message.id)),
  });
  const connection = createConnection({
    ...options,
    onConnection: (state, detail) => handlers.onConnection(state, detail),
    listen: (client) => listen(client, { ...options, handlers, feed }),
    onSession(client) {
      feed.catchUp(client);
      void registerSlash(client, complete !== undefined, logger);
    },
  });

  return {
    started: store.load().then(() => connection.start()),
    post,
    edit: (ref, message) =>
      attempt(`edit message ${ref.id}`, async (client) => {
        const channel = await sendable(client, ref.channel);
        await channel.messages.edit(ref.id, { ...renderMessage(message), attachments: [] });
      }),
    react: (ref, reaction) =>
      attempt(`react to message ${ref.id}`, async (client) => {
        const channel = await sendable(client, ref.channel);
        await channel.messages.react(ref.id, EMOJI[reaction]);
      }),
    findChannel: (name) => attempt(`find channel ${name}`, (client) => findChannel(client, name)),
    async close() {
      await connection.stop();
      const bound = withTimeout(clock, CLOSING);
      await Promise.race([feed.idle(), bound.passed]);
      bound.cancel();
      await store.flush();
    },
  };
};

const EMOJI = { seen: '👀', done: '✅', mistake: '❓', refused: '⛔' } as const satisfies Record<
  Parameters<ChatPort['react']>[1],
  string
>;

/** How long (ms) commands in hand may keep the port from stopping. */
const CLOSING = 5000;

const WITHHELD = [
  'I was mentioned, but Discord does not show me the text: the Message Content intent is off.',
  'Mention me as a user (not my role), write me directly, or use /workflow.',
  'To switch it on: Developer Portal, Bot, Message Content Intent, then restart me.',
];
