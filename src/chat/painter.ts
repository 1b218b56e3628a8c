/**
 * Paints messages that change: when, and never more than needed. Owns the schedule; what is
 * painted is asked of the canvas at the moment of painting, so the newest state wins and a
 * stale frame is never sent.
 *
 * Invariants: one edit in flight per canvas; a frame equal to the last one is not sent; a state
 * change goes before scheduled repaints; all canvases of a channel share one budget.
 */
import { ChatError } from './port.ts';
import { createBudget, unlimited } from './budget.ts';
import type { Budget } from './budget.ts';
import type { ChatPort, MessageRef, OutgoingMessage } from './port.ts';
import type { Clock } from '../lib/clock.ts';
import type { Logger } from '../lib/logger.ts';

/** A message that is painted again and again. */
export interface Canvas {
  readonly id: string;
  readonly port: ChatPort;
  readonly ref: MessageRef;
  /** When its subject began (ms): the young are painted more often. */
  readonly since: number;
  /** The message as it should be now. */
  frame(now: number): OutgoingMessage;
  /** Looks again by itself, on schedule. */
  ticks(): boolean;
  /** May be replaced by a new message when it gets too old to edit. */
  rollsOver(): boolean;
  /** Posts in place of a message that cannot be edited; null: leave it. @throws ChatError */
  replace(message: OutgoingMessage, old: MessageRef): Promise<MessageRef | null>;
}

export interface Painter {
  /** Takes over a message that shows `painted` now (null: unknown, it is painted at once). */
  show(canvas: Canvas, painted: OutgoingMessage | null): void;
  has(id: string): boolean;
  /** Something changed. `urgent`: a state, not merely progress. */
  touch(id: string, urgent: boolean): void;
  /** No more paints of this one; what is in flight lands. */
  drop(id: string): void;
  /** The budget that everything posted to this channel shares. */
  budget(port: ChatPort, channel: string): Budget;
  /** Resolves when the canvas shows its newest frame, or cannot for now. */
  settled(id: string): Promise<void>;
  stop(): void;
}

export interface PainterOptions {
  readonly clock: Clock;
  readonly logger: Logger;
}

/** ms between two paints of a message whose subject is `age` ms old. */
export const paintInterval = (age: number, rateLimited: boolean): number => {
  if (!rateLimited) return 200;
  if (age < 60_000) return 1_500;
  return age < 600_000 ? 3_000 : 10_000;
};

interface Easel {
  readonly canvas: Canvas;
  ref: MessageRef;
  painted: string | null;
  lookedAt: number;
  wish: 'none' | 'later' | 'now';
  flying: boolean;
  failures: number;
  retryAt: number;
  /** Stops the timer or gives up the place in the budget's line. */
  cancel: (() => void) | null;
  /** Its place in the budget's line. */
  waiting: 'no' | 'patiently' | 'urgently';
  waiters: (() => void)[];
}

/** Creates a painter with nothing to paint. */
export const createPainter = ({ clock, logger }: PainterOptions): Painter => {
  const easels = new Map<string, Easel>();
  const budgets = new Map<string, Budget>();

  const budget = (port: ChatPort, channel: string): Budget => {
    if (!port.features.rateLimited) return unlimited;
    const key = `${port.name}/${channel}`;
    const known = budgets.get(key) ?? createBudget(clock);
    budgets.set(key, known);
    return known;
  };

  const rest = (easel: Easel): void => {
    for (const resolve of easel.waiters.splice(0)) resolve();
  };

  const plan = (easel: Easel): void => {
    if (easel.flying || easels.get(easel.canvas.id) !== easel) return;
    if (easel.waiting === 'urgently') return;
    if (easel.waiting === 'patiently' && easel.wish !== 'now') return;
    easel.cancel?.();
    easel.cancel = null;
    easel.waiting = 'no';
    if (easel.wish === 'none') rest(easel);
    if (easel.wish === 'none' && !easel.canvas.ticks()) return;
    const now = clock.now();
    const { port, since } = easel.canvas;
    const scheduled = easel.lookedAt + paintInterval(now - since, port.features.rateLimited);
    const due = Math.max(easel.wish === 'now' ? now : scheduled, easel.retryAt);
    if (due <= now) look(easel);
    else easel.cancel = clock.after(due - now, () => look(easel));
  };

  const look = (easel: Easel): void => {
    const { canvas } = easel;
    easel.cancel = null;
    easel.lookedAt = clock.now();
    if (JSON.stringify(canvas.frame(clock.now())) === easel.painted) {
      easel.wish = 'none';
      plan(easel);
      return;
    }
    const urgent = easel.wish === 'now';
    let gone = false;
    easel.waiting = urgent ? 'urgently' : 'patiently';
    const giveUp = budget(canvas.port, easel.ref.channel).take(urgent, () => {
      gone = true;
      easel.cancel = null;
      easel.waiting = 'no';
      void paint(easel);
    });
    if (!gone) easel.cancel = giveUp;
  };

  const paint = async (easel: Easel): Promise<void> => {
    const { canvas } = easel;
    const frame = canvas.frame(clock.now());
    const text = JSON.stringify(frame);
    easel.lookedAt = clock.now();
    easel.wish = 'none';
    if (text !== easel.painted) {
      easel.flying = true;
      try {
        await send(easel, frame);
        easel.painted = text;
        easel.failures = 0;
        easel.retryAt = 0;
      } catch (error) {
        failed(easel, text, error);
      }
      easel.flying = false;
    }
    plan(easel);
  };

  const send = async (easel: Easel, frame: OutgoingMessage): Promise<void> => {
    const { canvas, ref } = easel;
    const age = clock.now() - ref.at;
    if (age < canvas.port.features.editableFor || !canvas.rollsOver()) {
      try {
        await canvas.port.edit(ref, frame);
        return;
      } catch (error) {
        if (!(error instanceof ChatError && (error.code === 'gone' || error.code === 'too_old'))) {
          throw error;
        }
      }
    }
    easel.ref = (await canvas.replace(frame, ref)) ?? ref;
  };

  /** Retryable failures are tried again, later and later; others wait for the next state. */
  const failed = (easel: Easel, text: string, error: unknown): void => {
    easel.failures += 1;
    if (error instanceof ChatError && !error.retryable) {
      easel.painted = text;
    } else {
      easel.retryAt = clock.now() + Math.min(60_000, 1_000 * 2 ** Math.min(easel.failures, 6));
      if (easel.wish === 'none') easel.wish = 'later';
    }
    rest(easel);
    logger.warn(
      { code: 'CHAT_PAINT', canvas: easel.canvas.id, error },
      'a message was not painted',
    );
  };

  return {
    budget,
    show(canvas, painted) {
      const easel: Easel = {
        canvas,
        ref: canvas.ref,
        painted: painted === null ? null : JSON.stringify(painted),
        lookedAt: clock.now(),
        wish: painted === null ? 'now' : 'none',
        flying: false,
        failures: 0,
        retryAt: 0,
        cancel: null,
        waiting: 'no',
        waiters: [],
      };
      easels.get(canvas.id)?.cancel?.();
      easels.set(canvas.id, easel);
      plan(easel);
    },
    has: (id) => easels.has(id),
    touch(id, urgent) {
      const easel = easels.get(id);
      if (easel === undefined) return;
      if (easel.wish !== 'now') easel.wish = urgent ? 'now' : 'later';
      plan(easel);
    },
    drop(id) {
      const easel = easels.get(id);
      easel?.cancel?.();
      easels.delete(id);
      if (easel !== undefined) rest(easel);
    },
    settled(id) {
      const easel = easels.get(id);
      if (easel === undefined || (!easel.flying && easel.wish === 'none')) return Promise.resolve();
      return new Promise((resolve) => void easel.waiters.push(resolve));
    },
    stop() {
      for (const easel of easels.values()) {
        easel.cancel?.();
        rest(easel);
      }
      easels.clear();
    },
  };
};
