/**
 * A loopback Discord: REST v10 and gateway on 127.0.0.1, enough for the real discord.js.
 *
 * Point a client at it with `new Client({ rest: { api: loopback.api } })` and log in with
 * `loopback.token`. It holds no state outside the process and never opens another address.
 */
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import { createBuckets } from './buckets.ts';
import { answerControl } from './control.ts';
import type { Core } from './core.ts';
import { createFaults, type Faults } from './faults.ts';
import { createGateway, type LoopbackGateway } from './gateway.ts';
import { createHub, type Hub } from './hub.ts';
import { createLateEdits } from './late-edits.ts';
import { createPeople, idOf, type People, type Ref } from './people.ts';
import type { LoggedRequest } from './request-log.ts';
import { answerRest, type RestParts } from './rest.ts';
import { channelRoutes } from './routes/channels.ts';
import { commandRoutes } from './routes/commands.ts';
import { guildRoutes } from './routes/guilds.ts';
import { interactionRoutes } from './routes/interactions.ts';
import { messageRoutes } from './routes/messages.ts';
import { reactionRoutes } from './routes/reactions.ts';
import { createSeed, type Seed } from './seed.ts';
import { settingsFrom, type LoopbackOptions } from './settings.ts';
import { createSnowflakes } from './snowflake.ts';
import type { LoopbackChannel, LoopbackMessage, LoopbackUser } from './types.ts';
import { createWorld, type Denial } from './world.ts';

/** A running loopback. */
export interface LoopbackDiscord extends People {
  /** `http://127.0.0.1:PORT/api`. */
  readonly api: string;
  readonly token: string;
  readonly botUser: LoopbackUser;
  readonly seed: Seed;
  readonly gateway: LoopbackGateway;
  readonly faults: Faults;
  /** Every REST request of the bot, oldest first. */
  readonly requests: readonly LoggedRequest[];
  readonly waitFor: Hub['waitFor'];
  /** Undeleted messages, oldest first, ephemeral ones included. */
  messages(channel: Ref<LoopbackChannel>): readonly LoopbackMessage[];
  /** Any message there ever was; `deletedAt` is set on deleted ones. */
  message(id: string): LoopbackMessage | undefined;
  /** User ids by emoji. */
  reactions(message: Ref<LoopbackMessage>): Readonly<Record<string, readonly string[]>>;
  /** Makes a message `ms` older for the rules on old messages (its id stays). */
  age(message: Ref<LoopbackMessage>, ms: number): void;
  /** Keeps the bot from an action in a channel: 50001 for `view`, 50013 for the others. */
  deny(channel: Ref<LoopbackChannel>, action: Denial): void;
  allow(channel: Ref<LoopbackChannel>, action: Denial): void;
  close(): Promise<void>;
}

/** Starts a loopback on a free port of 127.0.0.1. */
export async function createLoopbackDiscord(
  options: LoopbackOptions = {},
): Promise<LoopbackDiscord> {
  const settings = settingsFrom(options);
  const nextId = createSnowflakes(settings.now);
  const hub = createHub();
  const world = createWorld(createSeed(nextId));
  let origin = '';
  const gateway = createGateway(() => core);
  const core: Core = {
    world,
    settings,
    hub,
    nextId,
    dispatch: gateway.dispatch,
    lateEdits: createLateEdits(settings),
    origin: () => origin,
  };
  const requests: LoggedRequest[] = [];
  const rest: RestParts = {
    core,
    routes: [
      ...guildRoutes,
      ...messageRoutes,
      ...reactionRoutes,
      ...channelRoutes,
      ...commandRoutes,
      ...interactionRoutes,
    ],
    faults: createFaults(hub.changed),
    buckets: createBuckets(settings),
    log: requests,
  };
  const server = createServer((request, response) => {
    answer(request, response).catch((error: unknown) => {
      if (!request.destroyed) console.error('The loopback Discord lost a request.', error);
      response.destroy();
    });
  });
  const answer = async (request: IncomingMessage, response: ServerResponse): Promise<void> => {
    const path = request.url ?? '/';
    if (path.startsWith('/attachments/')) return serveAttachment(core, path, response);
    if (path.startsWith('/control/')) return answerControl(loopback, request, response);
    return answerRest(rest, request, response);
  };
  server.on('upgrade', gateway.upgrade);
  origin = `http://127.0.0.1:${await listen(server, options.port ?? 0)}`;

  const loopback: LoopbackDiscord = {
    ...createPeople(core),
    api: `${origin}/api`,
    token: world.seed.token,
    botUser: world.seed.bot,
    seed: world.seed,
    gateway: gateway.controls,
    faults: rest.faults,
    requests,
    waitFor: hub.waitFor,
    messages: (channel) => world.messagesIn(idOf(channel)),
    message: (id) => world.messages.get(id),
    reactions: (message) =>
      Object.fromEntries(
        [...(world.reactions.get(idOf(message)) ?? [])].map(([emoji, users]) => [
          emoji,
          [...users],
        ]),
      ),
    age(ref, ms) {
      const message = world.messages.get(idOf(ref));
      if (message === undefined) throw new Error(`The loopback has no message ${idOf(ref)}.`);
      world.messages.set(message.id, { ...message, createdAt: message.createdAt - ms });
    },
    deny: (channel, action) => void world.denials.add(`${idOf(channel)} ${action}`),
    allow: (channel, action) => void world.denials.delete(`${idOf(channel)} ${action}`),
    async close() {
      rest.faults.clear();
      gateway.shutDown();
      const closed = new Promise<void>((resolve) => server.close(() => resolve()));
      server.closeAllConnections();
      await closed;
    },
  };
  return loopback;
}

function listen(server: ReturnType<typeof createServer>, port: number): Promise<number> {
  return new Promise((resolve, reject) => {
    server.once('error', reject);
    server.listen(port, '127.0.0.1', () => {
      const address = server.address();
      if (address === null || typeof address === 'string')
        reject(new Error('The loopback Discord listens on no TCP port.'));
      else resolve(address.port);
    });
  });
}

function serveAttachment(core: Core, path: string, response: ServerResponse): void {
  const attachment = core.world.attachments.get(path.split('/')[2] ?? '');
  if (attachment === undefined) {
    response.writeHead(404).end();
    return;
  }
  response
    .writeHead(200, {
      'content-type': attachment.contentType,
      'content-length': attachment.content.length,
    })
    .end(attachment.content);
}
