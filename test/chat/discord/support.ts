/** The adapter against a loopback, with handlers that remember. Everything is put away afterwards. */
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, vi } from 'vitest';
import { createDiscordPort } from '../../../src/chat/discord/discord-port.ts';
import { createSeenStore } from '../../../src/chat/discord/seen-store.ts';
import { systemClock } from '../../../src/lib/clock.ts';
import { silentLogger } from '../../../src/lib/logger.ts';
import { startLoopback } from '../loopback/client.ts';
import type { Complete, DiscordOptions } from '../../../src/chat/discord/options.ts';
import type {
  ChatHandlers,
  ChatPort,
  IncomingAction,
  IncomingMessage,
} from '../../../src/chat/port.ts';
import type { LoopbackDiscord } from '../../support/discord/server.ts';
import type { LoopbackOptions } from '../../support/discord/settings.ts';

/** How long (ms) anything may take on a busy machine. */
export const PATIENCE = 25_000;

const cleanups: (() => Promise<unknown>)[] = [];

afterEach(async () => {
  for (const cleanUp of cleanups.splice(0).reverse()) await cleanUp();
}, 60_000);

/** What the adapter handed over. */
export interface Heard {
  readonly messages: IncomingMessage[];
  readonly edits: IncomingMessage[];
  readonly actions: IncomingAction[];
  readonly states: { readonly state: 'up' | 'down'; readonly detail: string }[];
}

export interface Bot {
  readonly port: ChatPort;
  readonly heard: Heard;
}

export interface BotOptions {
  readonly folder?: string;
  readonly token?: string;
  readonly api?: string;
  readonly complete?: Complete;
  readonly handlers?: Partial<ChatHandlers>;
  readonly logger?: DiscordOptions['logger'];
  readonly clock?: DiscordOptions['clock'];
}

/** An adapter that is not started. */
export const createBot = async (loopback: LoopbackDiscord, options: BotOptions = {}) => {
  const folder = options.folder ?? (await tempFolder());
  const clock = options.clock ?? systemClock;
  const logger = options.logger ?? silentLogger;
  const file = join(folder, 'chat', 'discord.json');
  const port = createDiscordPort({
    token: options.token ?? loopback.token,
    api: options.api ?? loopback.api,
    prefix: '@workflow',
    clock,
    logger,
    store: createSeenStore({ file, clock, logger }),
    ...(options.complete === undefined ? {} : { complete: options.complete }),
  });
  const heard: Heard = { messages: [], edits: [], actions: [], states: [] };
  const handlers: ChatHandlers = {
    onMessage: async (message) => void heard.messages.push(message),
    onEdit: async (message) => void heard.edits.push(message),
    onAction: async (action) => void heard.actions.push(action),
    onConnection: (state, detail) => void heard.states.push({ state, detail }),
    ...options.handlers,
  };
  cleanups.push(() => port.stop());
  return { port, heard, handlers };
};

/** A started adapter. */
export const startBot = async (
  loopback: LoopbackDiscord,
  options: BotOptions = {},
): Promise<Bot> => {
  const { port, heard, handlers } = await createBot(loopback, options);
  await port.start(handlers);
  return { port, heard };
};

/** A loopback and a started adapter. */
export const startBoth = async (loop: LoopbackOptions = {}, options: BotOptions = {}) => {
  const loopback = await startLoopback(loop);
  return { loopback, ...(await startBot(loopback, options)) };
};

/** Waits until `look` gives something. */
export const eventually = <T>(look: () => T | undefined | false | null): Promise<T> =>
  vi.waitFor(
    () => {
      const found = look();
      if (found === undefined || found === false || found === null) throw new Error('not yet');
      return found;
    },
    { timeout: PATIENCE, interval: 20 },
  );

export const tempFolder = async (): Promise<string> => {
  const folder = await mkdtemp(join(tmpdir(), 'discord-port-'));
  cleanups.push(() => rm(folder, { recursive: true, force: true }));
  return folder;
};
