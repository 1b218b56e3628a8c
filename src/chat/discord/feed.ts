/**
 * Messages on their way to the bridge: in order, each once, and after an absence those that came
 * in between. What Discord replays after a RESUME comes by itself; a new session is caught up here.
 *
 * Invariant: a channel's mark never passes a message that is still in hand.
 */
import { incomingOf, isSpoken, isWithheld } from './incoming.ts';
import { missedMessages } from './missed.ts';
import { reasonOf } from './errors.ts';
import { createSeenMarks } from './seen-marks.ts';
import { isSnowflake } from './snowflake.ts';
import { createSerialQueue } from '../../lib/serial-queue.ts';
import type { Client, Message } from 'discord.js';
import type { ChatHandlers, IncomingMessage } from '../port.ts';
import type { ReadingOptions } from './incoming.ts';
import type { SeenStore } from './seen-store.ts';
import type { Logger } from '../../lib/logger.ts';

export interface Feed {
  created(client: Client<true>, message: Message): void;
  edited(client: Client<true>, message: Message): void;
  /** Reads what came while there was no session. */
  catchUp(client: Client<true>): void;
  /** Resolves when everything so far was handed over and dealt with. */
  idle(): Promise<void>;
}

export const createFeed = (
  options: ReadingOptions & {
    readonly handlers: Pick<ChatHandlers, 'onMessage' | 'onEdit'>;
    readonly store: SeenStore;
    readonly logger: Logger;
    /** A message that addresses us and whose words were kept back. */
    withheld(message: Message): Promise<void>;
  },
): Feed => {
  const { handlers, store, logger } = options;
  const queue = createSerialQueue();
  const marks = createSeenMarks(store);
  const delivered = new Set<string>();
  const inHand = new Set<Promise<void>>();

  const guarded = (work: () => Promise<void>): Promise<void> =>
    work().catch((error: unknown) => {
      logger.error({ code: 'DISCORD_MESSAGE', reason: reasonOf(error) }, 'a message was not read');
    });

  const isNew = (id: string): boolean => {
    if (delivered.has(id)) return false;
    delivered.add(id);
    for (const oldest of delivered) {
      if (delivered.size <= REMEMBERED) break;
      delivered.delete(oldest);
    }
    return true;
  };

  /** Handing over waits for what came before it, but not for its being carried out. */
  const deliver = async (
    client: Client<true>,
    message: Message,
    missed: boolean,
  ): Promise<void> => {
    if (![message.id, message.channelId].every(isSnowflake)) {
      throw new Error('a message came without an id');
    }
    if (!isNew(message.id)) return;
    const done = marks.begin(message.channelId, message.id);
    const handed = await prepare(client, message, missed).catch((error: unknown) => {
      done();
      throw error;
    });
    const work = guarded(handed).finally(() => {
      done();
      inHand.delete(work);
    });
    inHand.add(work);
  };

  const prepare = async (
    client: Client<true>,
    message: Message,
    missed: boolean,
  ): Promise<() => Promise<void>> => {
    if (!isSpoken(message)) return async () => undefined;
    if (isWithheld(client, message)) return () => options.withheld(message);
    if (message.content === '' && message.attachments.size === 0) return async () => undefined;
    const incoming: IncomingMessage = await incomingOf(client, message, missed, options);
    return () => handlers.onMessage(incoming);
  };

  return {
    created: (client, message) =>
      void queue.run(() => guarded(() => deliver(client, message, false))),
    edited(client, message) {
      if (!isSpoken(message) || message.content === '') return;
      void queue.run(() =>
        guarded(async () => {
          const incoming = await incomingOf(client, message, false, options);
          void guarded(() => handlers.onEdit(incoming));
        }),
      );
    },
    catchUp(client) {
      void queue.run(() =>
        guarded(async () => {
          const missed = await missedMessages(client, store, logger);
          // Where every channel stands is kept before the first command is carried out: after a
          // crash right behind it there must be something to read on from.
          await store.flush();
          for (const message of missed) {
            await guarded(() => deliver(client, message, true));
          }
        }),
      );
    },
    async idle() {
      await queue.idle();
      await Promise.all(inHand);
    },
  };
};

const REMEMBERED = 5000;
