/** The real discord.js client against a loopback, put away after each test. */
import {
  Client,
  GatewayIntentBits,
  Partials,
  type ClientOptions,
  type Interaction,
  type Message,
} from 'discord.js';
import { afterEach } from 'vitest';
import { createLoopbackDiscord, type LoopbackDiscord } from '../../support/discord/server.ts';
import type { LoopbackOptions } from '../../support/discord/settings.ts';

const { Guilds, GuildMembers, GuildMessages, GuildMessageReactions, DirectMessages } =
  GatewayIntentBits;

/** Everything but the message content. */
export const PLAIN_INTENTS = [
  Guilds,
  GuildMembers,
  GuildMessages,
  GuildMessageReactions,
  DirectMessages,
];
/** What a bot with all its switches on asks for. */
const ALL_INTENTS = [...PLAIN_INTENTS, GatewayIntentBits.MessageContent];

const cleanups: (() => Promise<unknown>)[] = [];

afterEach(async () => {
  for (const cleanUp of cleanups.splice(0).reverse()) await cleanUp();
});

/** Starts a loopback that the test's end closes. Limits are wide unless asked for: no test races. */
export async function startLoopback(options: LoopbackOptions = {}): Promise<LoopbackDiscord> {
  const loopback = await createLoopbackDiscord({
    buckets: 'fast',
    acknowledgeWithinMs: 60_000,
    ...options,
  });
  cleanups.push(() => loopback.close());
  return loopback;
}

/** A client that points at the loopback, not logged in yet. The test's end destroys it. */
export function clientFor(loopback: LoopbackDiscord, options: Partial<ClientOptions> = {}): Client {
  const client = new Client({
    intents: ALL_INTENTS,
    partials: [Partials.Channel, Partials.Message, Partials.Reaction],
    ...options,
    rest: { api: loopback.api, ...options.rest },
  });
  client.on('error', () => undefined);
  cleanups.push(() => client.destroy());
  return client;
}

/** Logs in and waits until the guild is there. */
export async function login(
  loopback: LoopbackDiscord,
  options: Partial<ClientOptions> = {},
): Promise<Client<true>> {
  const client = clientFor(loopback, options);
  const ready = new Promise<Client<true>>((resolve) => client.once('clientReady', resolve));
  await client.login(loopback.token);
  return ready;
}

/** The `ops` channel as the client sees it. */
export async function opsOf(client: Client<true>, loopback: LoopbackDiscord) {
  const channel = await client.channels.fetch(loopback.seed.channels.ops.id);
  if (channel?.isSendable() !== true) throw new Error('The loopback has no #ops to send to.');
  return channel;
}

/** The next message. Ask before causing it. */
export const nextMessage = (client: Client<true>) =>
  new Promise<Message>((resolve) => void client.once('messageCreate', resolve));

/** The next interaction. Ask before causing it. */
export const nextInteraction = (client: Client<true>) =>
  new Promise<Interaction>((resolve) => void client.once('interactionCreate', resolve));
