/**
 * What Discord's gateway sends, through discord.js into the adapter: real structures made of
 * mutants of real payloads. There is no network: whatever the adapter asks for is refused.
 *
 * discord.js takes much on trust and may throw by itself; that is its own. What it hands over, the
 * adapter has to bear: it throws nothing, leaves no promise unhandled, and what it hands on is of
 * the port's types.
 */
import { Client, GatewayIntentBits, Partials, Status } from 'discord.js';
import { z } from 'zod';
import { createFeed } from '../../src/chat/discord/feed.ts';
import { listen } from '../../src/chat/discord/listen.ts';
import { ChatError } from '../../src/chat/port.ts';
import type { IncomingAction, IncomingMessage } from '../../src/chat/port.ts';
import { createManualClock } from '../../src/lib/manual-clock.ts';
import { silentLogger } from '../../src/lib/logger.ts';

const BOT = { id: '200000000000000001', username: 'bridge', discriminator: '0', bot: true };
const GUILD = '200000000000000002';
const CHANNEL = '200000000000000003';

const ref = z.object({
  port: z.string(),
  channel: z.string().regex(/^\d*$/u),
  id: z.string().regex(/^\d+$/u),
  at: z.number(),
});
const user = z.object({
  id: z.string().min(1),
  name: z.string(),
  roles: z.array(z.string()),
  local: z.literal(false),
});
const message = z.object({
  ref,
  author: user,
  text: z.string(),
  mentions: z.array(z.string()),
  replyTo: ref.nullable(),
  missed: z.boolean(),
  attachments: z.array(z.object({ name: z.string(), size: z.number() })),
});
const action = z.object({
  id: z.string(),
  user,
  channel: z.string(),
  message: ref,
  values: z.record(z.string(), z.string()).nullable(),
});

/** Takes a payload's text as from the socket. @throws what the adapter must not do */
export const createDiscordTarget = (): ((text: string) => Promise<void>) => {
  let ids = BigInt(NEW_ID);
  const clock = createManualClock(Date.UTC(2026, 10, 24));
  const refused = (): Promise<never> => Promise.reject(new Error('there is no network'));
  const client = new Client({
    intents: [
      GatewayIntentBits.Guilds,
      GatewayIntentBits.GuildMessages,
      GatewayIntentBits.DirectMessages,
      GatewayIntentBits.MessageContent,
    ],
    partials: [Partials.Channel, Partials.Message],
    rest: { retries: 0, makeRequest: refused },
  });
  client.rest.setToken('t');
  const heard: (IncomingMessage | IncomingAction)[] = [];
  let broken: unknown = null;
  const take = (schema: z.ZodType, one: IncomingMessage | IncomingAction): Promise<void> => {
    heard.push(one);
    const result = schema.safeParse(one);
    if (!result.success) broken ??= result.error;
    return Promise.resolve();
  };
  const handlers = {
    onMessage: (one: IncomingMessage) => take(message, one),
    onEdit: (one: IncomingMessage) => take(message, one),
    onAction: (one: IncomingAction) => take(action, one),
  };
  const store = {
    load: () => Promise.resolve(),
    channels: () => [],
    since: () => null,
    seen: () => undefined,
    flush: () => Promise.resolve(),
  };
  const options = {
    handlers,
    store,
    clock,
    logger: silentLogger,
    api: null,
    prefix: '@workflow',
  };
  const feed = createFeed({ ...options, withheld: () => Promise.resolve() });
  listen(client, { ...options, feed, complete: async () => ['status'] });
  // Thrown in a listener, it would reach the socket; here it must not be taken for discord.js's own.
  for (const name of ['messageCreate', 'messageUpdate', 'interactionCreate'] as const) {
    const [ours] = client.rawListeners(name);
    client.removeAllListeners(name);
    client.on(name, (...given: unknown[]) => {
      try {
        ours?.apply(client, given);
      } catch (error) {
        broken ??= error;
      }
    });
  }
  const receive = (packet: unknown): void => {
    try {
      // @ts-expect-error: what the socket calls is not declared.
      client.ws.handlePacket(packet, SHARD);
    } catch {
      // Refused by discord.js.
    }
  };
  client.ws.status = Status.Ready;
  receive({ t: 'READY', d: { user: BOT, guilds: [], application: { id: BOT.id, flags: 0 } } });
  receive({ t: 'GUILD_CREATE', d: GUILD_PAYLOAD });
  client.readyTimestamp = clock.now();
  if (!client.isReady() || client.guilds.cache.size !== 1) throw new Error('it is not ready');

  return async (text) => {
    const payload = parsed(text.replaceAll(NEW_ID, String((ids += 1_000n))));
    if (typeof payload !== 'object' || payload === null) return;
    receive(payload);
    await feed.idle();
    await new Promise((resolve) => setImmediate(resolve));
    for (const one of heard.splice(0)) {
      for (const file of 'attachments' in one ? one.attachments : []) await readFile(file);
    }
    await clock.advance(2_000);
    const found = broken;
    broken = null;
    if (found !== null) throw found;
  };
};

const parsed = (text: string): unknown => {
  try {
    return JSON.parse(text);
  } catch {
    return null;
  }
};

const SHARD = { id: 0, checkReady: () => undefined };

const readFile = async (file: IncomingMessage['attachments'][number]): Promise<void> => {
  // Discord's own hosts are asked for; none of the seeds names one, and nobody may fetch from elsewhere.
  await file.text().catch((error: unknown) => {
    if (!(error instanceof ChatError)) throw error;
  });
};

const GUILD_PAYLOAD = {
  id: GUILD,
  name: 'station',
  owner_id: '200000000000000009',
  roles: [{ id: GUILD, name: '@everyone', permissions: '0', position: 0 }],
  channels: [{ id: CHANNEL, type: 0, name: 'general', guild_id: GUILD }],
  members: [],
  emojis: [],
  stickers: [],
};

/** Stands for an id that no message had before: a message is read once. */
const NEW_ID = '200000000000000100';
const AUTHOR = { id: '200000000000000004', username: 'ann', global_name: 'Ann', bot: false };
const MEMBER = { roles: ['200000000000000005'], joined_at: '2026-01-01T00:00:00.000Z', flags: 0 };
const MESSAGE = {
  id: NEW_ID,
  channel_id: CHANNEL,
  guild_id: GUILD,
  type: 0,
  author: AUTHOR,
  member: MEMBER,
  content: `<@${BOT.id}> status`,
  timestamp: '2026-11-24T09:00:00.000Z',
  edited_timestamp: null,
  mentions: [],
  mention_roles: [],
  attachments: [
    { id: '200000000000000101', filename: 'a.yaml', size: 12, url: 'https://example.org/a.yaml' },
  ],
  embeds: [],
  message_reference: { message_id: '200000000000000099', channel_id: CHANNEL, guild_id: GUILD },
};
const INTERACTION = {
  id: '200000000000000200',
  application_id: BOT.id,
  token: 'tok',
  version: 1,
  guild_id: GUILD,
  channel_id: CHANNEL,
  member: { ...MEMBER, user: AUTHOR, permissions: '0' },
  message: MESSAGE,
  app_permissions: '0',
  authorizing_integration_owners: {},
  attachment_size_limit: 1,
  entitlements: [],
  locale: 'en-GB',
};
const ID = 'choose:wf-1759800000000-abcdefghi:ask:1:0';

/** Payloads as Discord sends them. */
export const gatewayPayloads: readonly string[] = [
  { t: 'MESSAGE_CREATE', d: MESSAGE },
  {
    t: 'MESSAGE_CREATE',
    d: {
      ...MESSAGE,
      guild_id: undefined,
      member: undefined,
      channel_id: '200000000000000008',
      channel_type: 1,
    },
  },
  {
    t: 'MESSAGE_UPDATE',
    d: { ...MESSAGE, content: 'other words', edited_timestamp: '2026-11-24T09:01:00.000Z' },
  },
  // Of what it does not know, Discord may send no more than this.
  {
    t: 'MESSAGE_UPDATE',
    d: {
      id: NEW_ID,
      channel_id: CHANNEL,
      guild_id: GUILD,
      edited_timestamp: '2026-11-24T09:01:00.000Z',
      embeds: [],
    },
  },
  {
    t: 'INTERACTION_CREATE',
    d: { ...INTERACTION, type: 3, data: { component_type: 2, custom_id: ID } },
  },
  {
    t: 'INTERACTION_CREATE',
    d: {
      ...INTERACTION,
      type: 5,
      data: {
        custom_id: ID,
        components: [{ type: 1, components: [{ type: 4, custom_id: 'reason', value: 'because' }] }],
      },
    },
  },
  {
    t: 'INTERACTION_CREATE',
    d: {
      ...INTERACTION,
      message: undefined,
      type: 2,
      data: {
        id: '200000000000000201',
        name: 'workflow',
        type: 1,
        options: [{ type: 3, name: 'command', value: 'status' }],
      },
    },
  },
  {
    t: 'INTERACTION_CREATE',
    d: {
      ...INTERACTION,
      message: undefined,
      type: 4,
      data: {
        id: '200000000000000201',
        name: 'workflow',
        type: 1,
        options: [{ type: 3, name: 'command', value: 'st', focused: true }],
      },
    },
  },
].map((payload) => JSON.stringify(payload));
