/**
 * The connection to Discord: logging in, staying in, saying when it is lost.
 *
 * Without the Message Content intent it connects all the same and says what is missing. A wrong
 * token is an error at once; a network that is down is tried again until it is there.
 */
import { Client, GatewayIntentBits, Partials } from 'discord.js';
import { loginProblem } from './login-problem.ts';
import { reasonOf } from './errors.ts';
import { withTimeout } from './timeout.ts';
import type { ChatHandlers } from '../port.ts';
import type { Clock } from '../../lib/clock.ts';
import type { Logger } from '../../lib/logger.ts';

export interface ConnectionOptions {
  readonly token: string;
  readonly api: string | null;
  readonly clock: Clock;
  readonly logger: Logger;
  readonly onConnection: ChatHandlers['onConnection'];
  /** Puts listeners on a client that is not logged in yet. */
  listen(client: Client): void;
  /** A new session began; what came before it is not replayed. */
  onSession(client: Client<true>): void;
}

export interface Connection {
  /** Resolves when it is up, or the network is not there and is tried again. @throws DiscordError */
  start(): Promise<void>;
  stop(): Promise<void>;
  /** The client while there is one that was ready once. */
  client(): Client<true> | null;
}

export const createConnection = (options: ConnectionOptions): Connection => {
  const { token, api, clock, logger } = options;
  let current: Client | null = null;
  let ready: Client<true> | null = null;
  let content = true;
  let stopped = false;
  let cancel = (): void => undefined;
  let finish = (): void => undefined;
  const stopping = new Promise<void>((resolve) => {
    finish = resolve;
  });
  let last: 'up' | 'down' | null = null;

  const report = (state: 'up' | 'down', detail: string): void => {
    if (stopped || state === last) return;
    last = state;
    options.onConnection(state, content || state === 'down' ? detail : `${detail}; ${WITHOUT}`);
  };

  const watch = (client: Client): void => {
    client.on('error', (error) => {
      logger.error({ code: 'DISCORD_CLIENT', reason: reasonOf(error) }, 'discord.js has an error');
    });
    client.on('shardError', (error) => {
      logger.info({ code: 'DISCORD_GATEWAY', reason: reasonOf(error) }, 'the gateway has an error');
    });
    client.on('shardReconnecting', () => report('down', 'the gateway was lost; connecting again'));
    client.on('shardResume', () => report('up', 'the session was resumed'));
    client.on('shardReady', () => {
      if (!client.isReady()) return;
      report('up', 'a new session began');
      options.onSession(client);
    });
    client.on('shardDisconnect', ({ code }) => {
      // During log-in it is the log-in that fails, and says so.
      if (ready !== client) return;
      report(
        'down',
        loginProblem(null, code)?.message ?? `the gateway was closed for good (${code})`,
      );
      logger.error({ code: 'DISCORD_CLOSED', close: code }, 'Discord ended the connection');
    });
    client.rest.on('invalidRequestWarning', ({ count, remainingTime }) => {
      logger.warn(
        { code: 'DISCORD_INVALID', count, remainingTime },
        'many refused requests; 10,000 in ten minutes ban this address: see the permissions',
      );
    });
    client.rest.on('rateLimited', ({ route, timeToReset }) => {
      logger.debug({ route, timeToReset }, 'waiting for a rate limit');
    });
  };

  const attempt = async (): Promise<void> => {
    const { Guilds, GuildMessages, DirectMessages, MessageContent } = GatewayIntentBits;
    const client = new Client({
      intents: [Guilds, GuildMessages, DirectMessages, ...(content ? [MessageContent] : [])],
      partials: [Partials.Channel, Partials.Message],
      allowedMentions: { parse: [], repliedUser: false },
      failIfNotExists: false,
      rest: {
        ...(api === null ? {} : { api }),
        retries: 3,
        timeout: 15_000,
        invalidRequestWarningInterval: 500,
      },
    });
    current = client;
    watch(client);
    options.listen(client);
    const isReady = new Promise<Client<true>>((resolve) => client.once('clientReady', resolve));
    await client.login(token);
    const session = await Promise.race([isReady, stopping]);
    if (session === undefined) return;
    ready = session;
    report('up', `connected as ${session.user.username}`);
    options.onSession(session);
  };

  const connect = async (failures: number): Promise<void> => {
    if (stopped) return;
    try {
      await Promise.race([attempt(), stopping]);
    } catch (error) {
      if (stopped) return;
      await current?.destroy().catch(() => undefined);
      const problem = loginProblem(error, null);
      if (problem?.code === 'DISCORD_INTENTS' && content) {
        content = false;
        logger.warn({ code: problem.code }, WITHOUT);
        return connect(failures);
      }
      if (problem !== null) throw problem;
      report('down', `Discord cannot be reached: ${reasonOf(error)}; it is tried again`);
      const delay = Math.min(60_000, 2_000 * 2 ** Math.min(failures, 5));
      cancel = clock.after(delay, () => void connect(failures + 1).catch(gaveUp));
    }
  };

  const gaveUp = (error: unknown): void => {
    logger.error({ code: 'DISCORD_LOGIN', reason: reasonOf(error) }, 'cannot log in');
    report('down', reasonOf(error));
  };

  return {
    async start() {
      const connecting = connect(0);
      const bound = withTimeout(clock, PATIENCE);
      const first = await Promise.race([connecting, bound.passed]);
      bound.cancel();
      if (first !== 'passed') return;
      report('down', 'Discord does not answer; it is waited for');
      connecting.catch(gaveUp);
    },
    client: () => ready,
    async stop() {
      stopped = true;
      finish();
      cancel();
      ready = null;
      current?.removeAllListeners();
      current?.on('error', () => undefined);
      await current?.destroy().catch(() => undefined);
    },
  };
};

/** How long (ms) the start of everything waits for Discord; connecting goes on. */
const PATIENCE = 30_000;

const WITHOUT =
  'the Message Content intent is off, so only mentions of the bot, direct messages and /workflow are read: switch it on in the Developer Portal under Bot (docs/how-to/discord.md)';
