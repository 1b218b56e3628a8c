/**
 * Where a message can go: places in order of preference, and posting to the first that takes it.
 * Owns fallbacks; when to try again is the outbox's.
 */
import { ChatError } from './port.ts';
import { chooseRoute } from './routes.ts';
import type { ChatOrigin } from './message-ref.ts';
import type { Notice, NotificationRoute } from './routes.ts';
import type { ChatPort, MessageRef, OutgoingMessage } from './port.ts';
import type { Painter } from './painter.ts';
import type { Logger } from '../lib/logger.ts';
import type { RunView } from '../engine/view.types.ts';

/** A channel of a port. */
export interface Place {
  readonly port: ChatPort;
  readonly channel: string;
}

/** Where a message went. */
interface Posted {
  readonly port: ChatPort;
  readonly ref: MessageRef;
}

export interface Places {
  /** Where the run was asked for, or null when its port is not here. */
  ofOrigin(origin: ChatOrigin | null): Place | null;
  /** The first port that knows the name; the origin's port is asked first. */
  named(name: string, origin: ChatOrigin | null): Promise<Place | null>;
  /** The route for `notice` and its places: channel, fallback, owner. */
  route(
    notice: Notice,
    origin: ChatOrigin | null,
  ): Promise<{ readonly route: NotificationRoute | null; readonly places: readonly Place[] }>;
  /**
   * Posts to the first place that takes it; null when none does (logged).
   * @throws ChatError only when a later try may work and no other place took it.
   */
  post(
    places: readonly Place[],
    message: OutgoingMessage,
    options: { readonly nonce: string; readonly replyTo: MessageRef | null },
  ): Promise<Posted | null>;
}

export const createPlaces = (options: {
  readonly ports: readonly ChatPort[];
  readonly routes: readonly NotificationRoute[];
  readonly painter: Pick<Painter, 'budget'>;
  readonly logger: Logger;
}): Places => {
  const { ports, routes, painter, logger } = options;

  const named: Places['named'] = async (name, origin) => {
    const first = ports.filter((port) => port.name === origin?.port);
    for (const port of [...first, ...ports.filter((other) => !first.includes(other))]) {
      const channel = await port.findChannel(name).catch(() => null);
      if (channel !== null) return { port, channel };
    }
    return null;
  };

  return {
    named,
    ofOrigin(origin) {
      const port = ports.find((one) => one.name === origin?.port);
      return port === undefined || origin === null ? null : { port, channel: origin.channel };
    },
    async route(notice, origin) {
      const route = chooseRoute(routes, notice);
      const names = [
        route?.channel,
        route?.fallback,
        typeof route?.owner === 'string' ? `user:${route.owner.replace(/^user:/, '')}` : null,
      ];
      const places: Place[] = [];
      for (const name of names) {
        const place = typeof name === 'string' ? await named(name, origin) : null;
        if (place !== null) places.push(place);
      }
      return { route, places };
    },
    async post(places, message, { nonce, replyTo }) {
      let last: unknown = null;
      for (const { port, channel } of places) {
        try {
          painter.budget(port, channel).spend();
          const answers = replyTo?.port === port.name && replyTo.channel === channel;
          const ref = await port.post(channel, message, {
            nonce,
            replyTo: answers ? replyTo : null,
          });
          return { port, ref };
        } catch (error) {
          last = error;
          logger.warn({ code: 'CHAT_POST', port: port.name, channel, error }, 'not posted');
        }
      }
      if (last instanceof ChatError && last.retryable) throw last;
      logger.error({ code: 'CHAT_UNDELIVERED', message, error: last }, 'a message reached nobody');
      return null;
    },
  };
};

/** Posts a message of a run once. */
export type PostOnce = (
  view: RunView,
  key: string,
  places: readonly Place[],
  message: OutgoingMessage,
  replyTo: MessageRef | null,
) => Promise<MessageRef | null>;
