/**
 * Which run has a card of its own and which shares the channel's board. Owns the live cards of
 * every channel; when they are painted is the painter's.
 *
 * Invariants: a channel has at most {@link MOST_CARDS} live cards; when one more is needed, they
 * fold into one board, which stays until none of its runs goes on. A run's card is one message:
 * the same nonce is used however often it is posted.
 */
import { boardOf } from './card/board-of.ts';
import { cardOf } from './card/card-of.ts';
import { messageOf } from './message.ts';
import { originRef, parseMessageRef, refToJson } from './message-ref.ts';
import { nonceOf } from './nonce.ts';
import { createRemembered } from './remembered.ts';
import { hasEnded, iconOfRun } from './status-icons.ts';
import { createSerialQueue } from '../lib/serial-queue.ts';
import type { SerialQueue } from '../lib/serial-queue.ts';
import type { ChatOrigin } from './message-ref.ts';
import type { Canvas, Painter } from './painter.ts';
import type { ChatPort, MessageRef, OutgoingMessage } from './port.ts';
import type { Clock } from '../lib/clock.ts';
import type { Json } from '../lib/json.ts';
import type { RunView } from '../engine/view.types.ts';

export interface LiveCards {
  /** Takes in the newest state of a run; posts or paints its card or its board. @throws ChatError */
  update(view: RunView, origin: ChatOrigin, port: ChatPort, urgent: boolean): Promise<void>;
  /** Resolves when the run's card and board show their newest frame, or cannot for now. */
  settled(run: string): Promise<void>;
}

export interface LiveCardsOptions {
  readonly painter: Painter;
  readonly clock: Clock;
  /** Remembers where a message of a run is. */
  readonly record: (run: string, key: string, ref: Json) => Promise<void>;
}

/** Most live cards in a channel. */
const MOST_CARDS = 3;

interface Group {
  readonly id: string;
  readonly queue: SerialQueue;
  readonly views: Map<string, RunView>;
  /** Runs that have a card of their own. */
  readonly carded: Set<string>;
  /** The board's canvas, while there is one. */
  board: string | null;
}

/** Creates the keeper of live cards. */
export const createLiveCards = ({ painter, clock, record }: LiveCardsOptions): LiveCards => {
  const groups = new Map<string, Group>();
  const groupOf = new Map<string, Group>();
  /** Ended runs whose last frame was painted. */
  const done = createRemembered<true>(clock, 86_400_000, 5000);

  const update = async (
    group: Group,
    view: RunView,
    origin: ChatOrigin,
    port: ChatPort,
    urgent: boolean,
  ): Promise<void> => {
    const fresh = !group.views.has(view.run);
    if (!hasEnded(view)) done.delete(view.run);
    else if (fresh && (done.get(view.run) ?? !('card' in view.messages))) return;
    group.views.set(view.run, view);
    groupOf.set(view.run, group);
    if (fresh) adopt(group, view, port);
    if (!group.carded.has(view.run) && !hasEnded(view)) {
      if (group.board === null && liveCount(group) <= MOST_CARDS) {
        await postCard(group, view, origin, port);
      } else {
        await joinBoard(group, view, origin, port);
      }
    }
    painter.touch(cardId(view.run), urgent);
    if (group.board !== null) painter.touch(group.board, urgent);
    if (liveCount(group) === 0) close(group);
  };

  /** After a restart: the messages are there already. */
  const adopt = (group: Group, view: RunView, port: ChatPort): void => {
    const card = parseMessageRef(view.messages['card']);
    if (card !== null) {
      group.carded.add(view.run);
      painter.show(cardCanvas(group, view, port, card), null);
    }
    const board = parseMessageRef(view.messages['board']);
    if (board !== null && group.board === null && !hasEnded(view)) {
      group.board = `${group.id}|${board.id}`;
      painter.show(boardCanvas(group, group.board, port, board), null);
    }
  };

  const postCard = async (
    group: Group,
    view: RunView,
    origin: ChatOrigin,
    port: ChatPort,
  ): Promise<void> => {
    const message = cardOf(view, clock.now());
    painter.budget(port, origin.channel).spend();
    const ref = await port.post(origin.channel, message, {
      nonce: nonceOf(view.run, 'card'),
      replyTo: originRef(origin),
    });
    group.carded.add(view.run);
    painter.show(cardCanvas(group, view, port, ref), message);
    await record(view.run, 'card', refToJson(ref));
  };

  const joinBoard = async (
    group: Group,
    view: RunView,
    origin: ChatOrigin,
    port: ChatPort,
  ): Promise<void> => {
    const known = parseMessageRef(view.messages['board']);
    if (group.board !== null) {
      const ref = boardRefs.get(group.board);
      if (ref !== undefined && known?.id !== ref.id)
        await record(view.run, 'board', refToJson(ref));
      return;
    }
    const message = boardOf([...group.views.values()]);
    painter.budget(port, origin.channel).spend();
    const ref = await port.post(origin.channel, message, {
      nonce: nonceOf(view.run, 'board'),
      replyTo: null,
    });
    group.board = `${group.id}|${ref.id}`;
    painter.show(boardCanvas(group, group.board, port, ref), message);
    for (const run of group.carded) painter.touch(cardId(run), true);
    await record(view.run, 'board', refToJson(ref));
  };

  const boardRefs = new Map<string, MessageRef>();

  const cardCanvas = (group: Group, view: RunView, port: ChatPort, ref: MessageRef): Canvas => {
    const latest = (): RunView => group.views.get(view.run) ?? view;
    return {
      id: cardId(view.run),
      port,
      ref,
      since: Date.parse(view.created_at),
      frame: (now) =>
        group.board !== null && !hasEnded(latest()) ? foldedCard(latest()) : cardOf(latest(), now),
      ticks: () => group.board === null && !hasEnded(latest()),
      rollsOver: () => !hasEnded(latest()),
      replace: async (message, old) => {
        const next = await port.post(old.channel, message, {
          nonce: nonceOf(view.run, 'card', old.id),
          replyTo: null,
        });
        await record(view.run, 'card', refToJson(next));
        return next;
      },
    };
  };

  const boardCanvas = (group: Group, id: string, port: ChatPort, ref: MessageRef): Canvas => {
    boardRefs.set(id, ref);
    return {
      id,
      port,
      ref,
      since: ref.at,
      frame: () => boardOf([...group.views.values()]),
      ticks: () => false,
      rollsOver: () => liveCount(group) > 0,
      replace: async (message, old) => {
        const next = await port.post(old.channel, message, {
          nonce: nonceOf(group.id, 'board', old.id),
          replyTo: null,
        });
        boardRefs.set(id, next);
        for (const view of group.views.values()) {
          if (!hasEnded(view)) await record(view.run, 'board', refToJson(next));
        }
        return next;
      },
    };
  };

  /** Nothing of the channel goes on: last frames are painted, then it is forgotten. */
  const close = (group: Group): void => {
    groups.delete(group.id);
    for (const run of group.views.keys()) {
      groupOf.delete(run);
      done.set(run, true);
    }
    const ids = [
      ...[...group.views.keys()].map(cardId),
      ...(group.board === null ? [] : [group.board]),
    ];
    for (const id of ids) {
      void painter.settled(id).then(() => {
        painter.drop(id);
        boardRefs.delete(id);
      });
    }
  };

  return {
    update(view, origin, port, urgent) {
      const id = `${port.name}/${origin.channel}`;
      const group = groups.get(id) ?? createGroup(id);
      groups.set(id, group);
      return group.queue.run(() => update(group, view, origin, port, urgent));
    },
    async settled(run) {
      const board = groupOf.get(run)?.board ?? null;
      await painter.settled(cardId(run));
      if (board !== null) await painter.settled(board);
    },
  };
};

const cardId = (run: string): string => `${run}|card`;

const createGroup = (id: string): Group => ({
  id,
  queue: createSerialQueue(),
  views: new Map(),
  carded: new Set(),
  board: null,
});

const liveCount = (group: Group): number =>
  [...group.views.values()].filter((view) => !hasEnded(view)).length;

/** What is left of a card while its run is on the board. */
const foldedCard = (view: RunView): OutgoingMessage => {
  const icon = iconOfRun(view);
  return messageOf({
    card: {
      title: `${icon.icon} ${icon.word} · ${view.workflow.id} · ${view.handle}`,
      tone: icon.tone,
      sections: [{ heading: null, lines: [[{ type: 'dim', text: 'goes on on the board below' }]] }],
      footer: `run ${view.run}`,
    },
  });
};
