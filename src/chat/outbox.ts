/**
 * Sees to it that every run has the messages it should have. Owns delivery: what is missing is
 * posted and remembered in the run's journal, what changed is given to the painter.
 *
 * Invariants: one delivery per run at a time, always of the newest view; a message whose
 * reference is known is never posted again; a post that may work later is tried again, with the
 * same nonce, until it does. Start-up and change take the same path (I2, I3).
 */
import { createApprovals } from './approvals.ts';
import { createLiveCards } from './live-cards.ts';
import { createNotices } from './notices.ts';
import { createPlaces } from './places.ts';
import { alertMessage } from './messages/notice.ts';
import { reminderMessage } from './messages/approval.ts';
import { finalMessage } from './messages/final.ts';
import { ChatError } from './port.ts';
import { originRef, parseMessageRef, parseOrigin, refToJson } from './message-ref.ts';
import { nonceOf } from './nonce.ts';
import { reconcile } from './reconcile.ts';
import { severityOfAlert } from './routes.ts';
import { hasEnded } from './status-icons.ts';
import type { Painter } from './painter.ts';
import type { PostOnce } from './places.ts';
import type { ChatPort, MessageRef } from './port.ts';
import type { LevelMap } from './messages/who.ts';
import type { NotificationRoute } from './routes.ts';
import type { Wanted } from './reconcile.ts';
import type { Json } from '../lib/json.ts';
import type { Clock } from '../lib/clock.ts';
import type { Logger } from '../lib/logger.ts';
import type { Engine } from '../runtime/engine.ts';
import type { RunView } from '../engine/view.types.ts';

export interface OutboxOptions {
  readonly engine: Pick<Engine, 'view' | 'events' | 'recordMessage'>;
  readonly ports: readonly ChatPort[];
  readonly painter: Painter;
  readonly routes: readonly NotificationRoute[];
  readonly levels: LevelMap;
  /** As people write to the bot, such as `@workflow`. */
  readonly prefix: string;
  readonly clock: Clock;
  readonly logger: Logger;
  /** Text of a station file, or null when it cannot be read. */
  readReceipt(path: string): Promise<string | null>;
}

export interface Outbox {
  /** Takes in a run's newest state. `urgent`: more than progress changed. Never throws. */
  update(view: RunView, urgent: boolean): void;
  /** Resolves when all that run's messages are out, or wait for the network. */
  settled(run: string): Promise<void>;
  stop(): void;
}

interface Desk {
  view: RunView;
  urgent: boolean;
  dirty: boolean;
  busy: Promise<void> | null;
  failures: number;
  cancel: (() => void) | null;
  /** References of this process, until the view has them. */
  readonly known: Map<string, MessageRef>;
}

export const createOutbox = (options: OutboxOptions): Outbox => {
  const { engine, painter, clock, logger, levels, prefix } = options;
  const desks = new Map<string, Desk>();
  const places = createPlaces(options);
  const notices = createNotices({ ...options, places });
  const record = (run: string, key: string, ref: Json): Promise<void> =>
    engine.recordMessage(run, key, ref);
  const approvals = createApprovals({ ...options, places, record });
  const cards = createLiveCards({ painter, clock, record });
  let stopped = false;
  const hasStopped = (): boolean => stopped;

  const run = async (desk: Desk): Promise<void> => {
    while (desk.dirty && !hasStopped()) {
      desk.dirty = false;
      desk.cancel?.();
      desk.cancel = null;
      await deliver(desk, desk.view);
    }
  };

  const kick = (desk: Desk): void => {
    desk.dirty = true;
    desk.busy ??= run(desk).finally(() => {
      desk.busy = null;
      // What came in after the last look and before this is not lost.
      if (desk.dirty && !hasStopped()) kick(desk);
    });
  };

  const deliver = async (desk: Desk, view: RunView): Promise<void> => {
    const { wanted, next } = reconcile(view, clock.now());
    const { urgent } = desk;
    desk.urgent = false;
    let again = false;
    for (const one of wanted) {
      try {
        await deliverOne(desk, view, one, urgent);
      } catch (error) {
        again ||= !(error instanceof ChatError) || error.retryable;
        logger.warn({ code: 'CHAT_DELIVERY', run: view.run, key: one.key, error }, 'not delivered');
      }
    }
    await notices.changed(view).catch((error: unknown) => {
      logger.warn({ code: 'CHAT_NOTICE', run: view.run, error }, 'notice not refreshed');
    });
    desk.failures = again ? desk.failures + 1 : 0;
    const later = again ? clock.now() + Math.min(60_000, 1_000 * 2 ** desk.failures) : null;
    const due = later ?? next;
    if (stopped || desk.dirty) return;
    if (due !== null && desk.failures < MOST_TRIES) {
      desk.cancel = clock.after(due - clock.now(), () => kick(desk));
    } else if (hasEnded(view)) {
      desks.delete(view.run);
      approvals.forget(view.run);
    }
  };

  const deliverOne = async (
    desk: Desk,
    view: RunView,
    wanted: Wanted,
    urgent: boolean,
  ): Promise<void> => {
    const origin = parseOrigin(view.origin);
    const known = desk.known.get(wanted.key) ?? parseMessageRef(view.messages[wanted.key]);
    switch (wanted.type) {
      case 'card': {
        const place = places.ofOrigin(wanted.origin);
        if (place !== null) await cards.update(view, wanted.origin, place.port, urgent);
        return;
      }
      case 'approval':
        return approvals.update(view, wanted, origin, known, postOnce(desk));
      case 'reminder': {
        const question = parseMessageRef(
          view.messages[wanted.key.replace(/^reminder:(.*):\w+$/, 'approval:$1')],
        );
        const { approval } = wanted.task;
        if (known !== null || approval === null || question === null) return;
        const port = options.ports.find((one) => one.name === question.port);
        if (port === undefined) return;
        const message = reminderMessage(view, wanted.task, approval, levels);
        await postOnce(desk)(
          view,
          wanted.key,
          [{ port, channel: question.channel }],
          message,
          question,
        );
        return;
      }
      case 'final': {
        const place = places.ofOrigin(wanted.origin);
        if (known !== null || place === null) return;
        const receipt = view.receipt === null ? null : await options.readReceipt(view.receipt);
        const message = finalMessage({ view, receipt, prefix, requester: wanted.origin.user });
        await postOnce(desk)(view, wanted.key, [place], message, originRef(wanted.origin));
        return;
      }
      case 'alert': {
        if (known !== null) return;
        const severity = severityOfAlert(wanted.alert.action);
        const found = await places.route(
          { workflow: view.workflow.id, severity, task: null },
          origin,
        );
        if (found.route === null) return;
        const message = alertMessage(view, wanted.alert, found.route.roles, severity);
        await postOnce(desk)(view, wanted.key, found.places, message, null);
        return;
      }
      case 'notice':
        return notices.failed(view, wanted.key);
    }
  };

  /** Posts and remembers; the reference counts from the moment of the post. */
  const postOnce =
    (desk: Desk): PostOnce =>
    async (view, key, found, message, replyTo) => {
      const posted = await places.post(found, message, { nonce: nonceOf(view.run, key), replyTo });
      if (posted === null) return null;
      desk.known.set(key, posted.ref);
      await engine.recordMessage(view.run, key, refToJson(posted.ref));
      return posted.ref;
    };

  return {
    update(view, urgent) {
      if (stopped) return;
      const desk = desks.get(view.run) ?? createDesk(view);
      desks.set(view.run, desk);
      desk.view = view;
      desk.urgent ||= urgent;
      kick(desk);
    },
    async settled(id) {
      await desks.get(id)?.busy;
      await cards.settled(id);
    },
    stop() {
      stopped = true;
      for (const desk of desks.values()) desk.cancel?.();
    },
  };
};

/** After so many failures in a row the next change or start tries again, no timer does. */
const MOST_TRIES = 12;

const createDesk = (view: RunView): Desk => ({
  view,
  urgent: true,
  dirty: false,
  busy: null,
  failures: 0,
  cancel: null,
  known: new Map(),
});
