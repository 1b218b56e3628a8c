/**
 * The bridge between chats and the engine: wires ports, commands and messages together. The
 * engine owns the rules, the outbox what is said about runs, the ports how it is said.
 *
 * Invariants: one message never starts two runs (its id is the run's key); nothing here throws
 * into an adapter; start-up makes the same messages as a change would (I2).
 */
import { createActionHandler } from './on-action.ts';
import { createMessageHandler } from './on-message.ts';
import { createOutbox } from './outbox.ts';
import { createPainter } from './painter.ts';
import { createSession } from './session.ts';
import { isFailure } from './reconcile.ts';
import { hasEnded } from './status-icons.ts';
import type { BridgeOptions } from './bridge-options.ts';
import type { ChatHandlers, ChatPort } from './port.ts';
import type { Session, SessionLog } from './session.ts';
import type { RunEvent } from '../engine/events.ts';
import type { RunView } from '../engine/view.types.ts';
import type { RunChange } from '../runtime/engine.ts';

export interface Bridge {
  /** Starts the ports, then sees to the messages of every run. Rejects when no port could start. */
  start(): Promise<void>;
  stop(): Promise<void>;
  /** What was asked for through the port of this name. */
  session(port: string): Session;
  /** Resolves when all messages of all known runs are out, or wait for the network. */
  settled(): Promise<void>;
}

export const createBridge = (options: BridgeOptions): Bridge => {
  const { engine, ports, clock, logger } = options;
  const painter = createPainter({ clock, logger });
  const outbox = createOutbox({
    ...options,
    painter,
    readReceipt: (path) => options.sources.readReceipt(path),
  });
  const sessions = new Map<string, SessionLog>(ports.map((port) => [port.name, createSession()]));
  const touched = new Set<string>();
  const messages = createMessageHandler({ ...options, sessions, refresh });
  const actions = createActionHandler({ ...options, messages });
  let unsubscribe = (): void => undefined;

  function refresh(view: RunView, urgent: boolean, events: readonly RunEvent[] = []): void {
    touched.add(view.run);
    outbox.update(view, urgent);
    for (const session of sessions.values()) session.changed(view, events);
  }

  const changed = ({ view, events }: RunChange): void => {
    const happened = events.map(({ event }) => event);
    refresh(view, happened.some(isState), happened);
  };

  const handlersFor = (port: ChatPort): ChatHandlers => ({
    onMessage: (message) => messages.onMessage(port, message),
    onEdit: (message) => messages.onEdit(port, message),
    onAction: (action) => actions.onAction(action),
    onConnection(state, detail) {
      logger.info({ port: port.name, state, detail }, 'chat connection');
      if (state === 'up') for (const view of engine.live()) outbox.update(view, true);
    },
  });

  /** Runs that ended while nobody could be told. */
  const recentlyEnded = async (): Promise<readonly RunView[]> => {
    const live = new Set(engine.live().map((view) => view.run));
    const lines = await engine.list({ limit: 200 });
    const since = clock.now() - RECENT;
    const views: RunView[] = [];
    for (const line of lines) {
      if (line.ended_at === null || Date.parse(line.ended_at) < since || live.has(line.run))
        continue;
      const view = await engine.view(line.run);
      if (view !== null && !isTold(view)) views.push(view);
    }
    return views;
  };

  return {
    async start() {
      // 1. The networks; one that is down does not hold up the others.
      const started = await Promise.allSettled(ports.map((port) => port.start(handlersFor(port))));
      const failures = started.flatMap((one) => (one.status === 'rejected' ? [one.reason] : []));
      for (const error of failures) logger.error({ code: 'CHAT_START', error }, 'a chat is down');
      if (ports.length > 0 && failures.length === ports.length) throw failures[0];
      // 2. Changes from now on, then the present state: in this order nothing is missed.
      unsubscribe = engine.subscribe(changed);
      for (const view of engine.live()) refresh(view, true);
      try {
        for (const view of await recentlyEnded()) refresh(view, true);
      } catch (error) {
        logger.error({ code: 'CHAT_RECENT', error }, 'runs that ended lately were not looked at');
      }
    },
    async stop() {
      unsubscribe();
      outbox.stop();
      painter.stop();
      await Promise.allSettled(ports.map((port) => port.stop()));
    },
    session: (port) => sessions.get(port) ?? createSession(),
    async settled() {
      for (const run of touched) {
        await outbox.settled(run);
        touched.delete(run);
      }
    },
  };
};

/** How far back (ms) ended runs are looked at on start: a day, and a clock set by one before and after. */
const RECENT = 3 * 86_400_000;

/** The requester has the end, and of a failure the team its notice too. */
const isTold = (view: RunView): boolean => {
  const suffix = view.generation > 1 ? `:${view.generation}` : '';
  const keys = isFailure(view) ? ['final', 'notice'] : ['final'];
  return hasEnded(view) && keys.every((key) => `${key}${suffix}` in view.messages);
};

/** Events that change what people wait for; the rest is progress. */
const isState = (event: RunEvent): boolean =>
  event.type !== 'TaskProgressed' &&
  event.type !== 'MessageRecorded' &&
  event.type !== 'EffectRecorded' &&
  event.type !== 'FileRequested' &&
  event.type !== 'TaskQueued';
