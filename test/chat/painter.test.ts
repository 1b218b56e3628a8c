import { describe, expect, it } from 'vitest';
import { createPainter, paintInterval } from '../../src/chat/painter.ts';
import type { Painter } from '../../src/chat/painter.ts';
import { ChatError } from '../../src/chat/port.ts';
import type { MessageRef } from '../../src/chat/port.ts';
import { textMessage } from '../../src/chat/message.ts';
import { createMemoryPort } from '../../src/chat/memory/memory-port.ts';
import type { MemoryPort } from '../../src/chat/memory/memory-port.ts';
import { silentLogger } from '../../src/lib/logger.ts';
import { createManualClock } from '../../src/lib/manual-clock.ts';
import type { ManualClock } from '../../src/lib/manual-clock.ts';

interface Bench {
  readonly clock: ManualClock;
  readonly port: MemoryPort;
  readonly painter: Painter;
  /** Adds a canvas whose text is `state.text`. */
  readonly canvas: (
    id: string,
    ticks?: boolean,
  ) => Promise<{ text: string; readonly ref: MessageRef }>;
  /** Times of edits since the clock's start, in ms, of one message. */
  readonly edits: (ref: MessageRef) => readonly number[];
}

const bench = (): Bench => {
  const clock = createManualClock(0);
  const port = createMemoryPort({ clock });
  const painter = createPainter({ clock, logger: silentLogger });
  return {
    clock,
    port,
    painter,
    async canvas(id, ticks = false) {
      const ref = await port.post('general', textMessage('0'), { nonce: id, replyTo: null });
      const state = { text: '0', ref };
      painter.show(
        {
          id,
          port,
          ref,
          since: clock.now(),
          frame: () => textMessage(state.text),
          ticks: () => ticks,
          rollsOver: () => true,
          replace: (message, old) =>
            port.post('general', message, { nonce: `${id}/${old.id}`, replyTo: null }),
        },
        textMessage('0'),
      );
      return state;
    },
    edits: (ref) =>
      (port.messages.find((one) => one.ref.id === ref.id)?.history ?? []).slice(1).map((h) => h.at),
  };
};

describe('painter', () => {
  it('looks every 1.5 s, then 3 s, then 10 s', () => {
    expect([0, 59_999, 60_000, 599_999, 600_000].map((age) => paintInterval(age, true))).toEqual([
      1_500, 1_500, 3_000, 3_000, 10_000,
    ]);
  });

  it('paints progress on schedule and a state change at once', async () => {
    const { clock, painter, canvas, edits } = bench();
    const card = await canvas('a');
    await clock.advance(100);
    card.text = '1';
    painter.touch('a', false);
    await clock.advance(300);
    expect(edits(card.ref)).toEqual([]);
    await clock.advance(1_200);
    expect(edits(card.ref)).toEqual([1_500]);
    card.text = '2';
    painter.touch('a', true);
    await clock.advance(0);
    expect(edits(card.ref)).toEqual([1_500, 1_600]);
  });

  it('skips frames that did not change, and looks again by itself while it ticks', async () => {
    const { clock, painter, canvas, edits } = bench();
    const card = await canvas('a', true);
    painter.touch('a', true);
    await clock.advance(10_000);
    expect(edits(card.ref)).toEqual([]);
    card.text = '1';
    await clock.advance(1_500);
    expect(edits(card.ref)).toHaveLength(1);
  });

  it('has one edit in flight; what comes meanwhile is one newer frame', async () => {
    const { clock, port, painter, canvas } = bench();
    const card = await canvas('a');
    const release = port.holdEdits();
    for (const text of ['1', '2', '3', '4']) {
      card.text = text;
      painter.touch('a', true);
      await clock.advance(100);
    }
    release();
    await clock.advance(100);
    const texts = port.messages[0]?.history.map((state) => state.message.text[0]?.[0]);
    expect(texts).toEqual(['0', '1', '4']);
  });

  it('shares a bucket per channel; urgent canvases go first', async () => {
    const { clock, painter, canvas, edits } = bench();
    const cards: { text: string; readonly ref: MessageRef }[] = [];
    for (let index = 0; index < 8; index += 1) cards.push(await canvas(`c${index}`));
    await clock.advance(10_000);
    for (const [index, card] of cards.entries()) {
      card.text = '1';
      painter.touch(`c${index}`, index === 7);
    }
    await clock.advance(0);
    const painted = (): readonly number[] =>
      cards.flatMap((card, index) => (edits(card.ref).length > 0 ? [index] : []));
    expect(painted()).toEqual([0, 1, 2, 3, 4]);
    await clock.advance(1_000);
    expect(painted()).toEqual([0, 1, 2, 3, 4, 7]);
    await clock.advance(5_000);
    expect(painted()).toHaveLength(8);
  });

  it('rolls over before the message is an hour old', async () => {
    const { clock, port, painter, canvas } = bench();
    const card = await canvas('a');
    await clock.advance(58 * 60_000);
    card.text = '1';
    painter.touch('a', true);
    await clock.advance(0);
    expect(port.messages).toHaveLength(2);
    card.text = '2';
    painter.touch('a', true);
    await clock.advance(0);
    expect(port.messages).toHaveLength(2);
    expect(port.latest(1)).toEqual(textMessage('2'));
  });

  it('posts a new message when the old one is gone or too old', async () => {
    const { clock, port, painter, canvas } = bench();
    const card = await canvas('a');
    port.remove(card.ref);
    card.text = '1';
    painter.touch('a', true);
    await clock.advance(0);
    port.fail('edit', new ChatError('too_old', 'later'));
    card.text = '2';
    painter.touch('a', true);
    await clock.advance(0);
    expect(port.messages).toHaveLength(2);
    expect(port.latest(1)).toEqual(textMessage('2'));
  });

  it('tries again later when the network is away, with the newest frame', async () => {
    const { clock, port, painter, canvas } = bench();
    const card = await canvas('a');
    port.fail('edit', new ChatError('unavailable', 'away'), new ChatError('unavailable', 'away'));
    card.text = '1';
    painter.touch('a', true);
    await clock.advance(0);
    card.text = '2';
    await clock.advance(20_000);
    expect(port.messages[0]?.history.map((state) => state.message.text[0]?.[0])).toEqual([
      '0',
      '2',
    ]);
  });

  it('does not try again what the network refuses', async () => {
    const { clock, port, painter, canvas, edits } = bench();
    const card = await canvas('a', true);
    port.fail('edit', new ChatError('forbidden', 'no'));
    card.text = '1';
    painter.touch('a', true);
    await clock.advance(60_000);
    expect(edits(card.ref)).toEqual([]);
    await painter.settled('a');
  });
});
