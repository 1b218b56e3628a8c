/** Messages that came while there was no session, by REST, within bounds. */
import { reasonOf } from './errors.ts';
import { byAge, isNewer } from './snowflake.ts';
import type { Client, Message } from 'discord.js';
import type { SeenStore } from './seen-store.ts';
import type { Logger } from '../../lib/logger.ts';

/** Most channels that are looked at, the liveliest first. */
const MOST_CHANNELS = 10;
/** Most messages of one channel, the newest. */
const MOST_MESSAGES = 50;

/** Oldest first. A channel met for the first time has nothing missed: it is read from now on. */
export const missedMessages = async (
  client: Client<true>,
  store: SeenStore,
  logger: Logger,
): Promise<readonly Message[]> => {
  const found: Message[] = [];
  const channels = changedChannels(client, store);
  for (const [channel, since] of channels.slice(0, MOST_CHANNELS)) {
    try {
      const messages = await listMessages(client, channel);
      const missed = messages.filter((message) => isNewer(message.id, since));
      if (missed.length === MOST_MESSAGES) {
        logger.warn({ code: 'DISCORD_MISSED', channel }, 'older missed messages stay unread');
      }
      found.push(...missed);
    } catch (error) {
      logger.warn(
        { code: 'DISCORD_MISSED', channel, reason: reasonOf(error) },
        'missed messages cannot be read',
      );
    }
  }
  if (channels.length > MOST_CHANNELS) {
    logger.warn({ code: 'DISCORD_MISSED', channels: channels.length }, 'not all channels are read');
  }
  return found.sort((a, b) => byAge(a.id, b.id));
};

/** Channels where something may be missed, with the mark to read from. */
const changedChannels = (
  client: Client<true>,
  store: SeenStore,
): readonly (readonly [channel: string, since: string])[] => {
  const changed: { readonly id: string; readonly since: string; readonly last: string }[] = [];
  const known = new Set<string>();
  for (const channel of client.channels.cache.values()) {
    if (!channel.isTextBased() || channel.isDMBased()) continue;
    const { id } = channel;
    known.add(id);
    const last = channel.lastMessageId ?? id;
    const since = store.since(id);
    if (since === null) store.seen(id, last);
    else if (isNewer(last, since)) changed.push({ id, since, last });
  }
  // Direct messages are in no list; those spoken in before are looked at.
  for (const id of store.channels()) {
    const since = store.since(id);
    if (!known.has(id) && since !== null) changed.push({ id, since, last: since });
  }
  return changed.sort((a, b) => byAge(b.last, a.last)).map(({ id, since }) => [id, since]);
};

const listMessages = async (client: Client<true>, id: string): Promise<readonly Message[]> => {
  const channel = await client.channels.fetch(id);
  if (channel?.isTextBased() !== true) return [];
  const messages = await channel.messages.fetch({ limit: MOST_MESSAGES, cache: false });
  return [...messages.values()];
};
