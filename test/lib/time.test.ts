import * as fc from 'fast-check';
import { describe, expect, test, vi } from 'vitest';
import { systemClock } from '../../src/lib/clock.ts';
import { createManualClock } from '../../src/lib/manual-clock.ts';
import { isoTime, siriusDay, siriusTime } from '../../src/lib/sirius.ts';

describe('sirius time', () => {
  test.each([
    ['2025-08-07T00:00:00Z', '⧗-25.0'],
    ['2025-10-07T14:20:59Z', '⧗-25.61'],
    ['2026-08-06T23:59:59Z', '⧗-25.364'],
    ['2026-08-07T00:00:00Z', '⧗-26.0'],
    ['2024-08-06T12:00:00Z', '⧗-23.365'],
    ['2100-01-01T00:00:00Z', '⧗-99.147'],
  ])('%s is %s', (date, expected) => expect(siriusDay(Date.parse(date))).toBe(expected));

  test('carries the UTC time of day', () => {
    const at = Date.parse('2025-10-07T14:20:59.123Z');
    expect(siriusTime(at)).toBe('⧗-25.61.1420');
    expect(isoTime(at)).toBe('2025-10-07T14:20:59.123Z');
  });

  test('as ISO it is what a date says, whatever was asked before', () => {
    const instants = fc.oneof(
      fc.double({ min: -8.64e15, max: 8.64e15, noNaN: true }),
      fc.integer({ min: 0, max: 3 * 86_400_000 }),
    );
    fc.assert(
      fc.property(fc.array(instants), (all) => {
        expect(all.map(isoTime)).toEqual(all.map((at) => new Date(at).toISOString()));
      }),
    );
    expect(() => isoTime(Number.NaN)).toThrow(RangeError);
  });

  test('a day later is the next day, or day 0', () => {
    fc.assert(
      fc.property(fc.integer({ min: 0, max: 4e12 }), (at) => {
        const day = (time: number) => Number(siriusDay(time).split('.')[1]);
        expect([day(at) + 1, 0]).toContain(day(at + 86_400_000));
      }),
    );
  });
});

describe('the manual clock', () => {
  test('runs what falls due in order of time, then of asking, also what is added on the way', async () => {
    const clock = createManualClock(100);
    const seen: string[] = [];
    const note = (name: string) => (): void => void seen.push(`${name}@${clock.now()}`);
    clock.after(20, note('late'));
    clock.after(10, note('first'));
    clock.after(10, () => clock.after(5, note('added')));
    const cancel = clock.after(12, note('cancelled'));
    cancel();
    cancel();
    clock.after(1000, note('much later'));
    await clock.advance(50);
    expect(seen).toEqual(['first@110', 'added@115', 'late@120']);
    expect([clock.now(), clock.next()]).toEqual([150, 1100]);
  });

  test('promises settle before time moves on', async () => {
    const clock = createManualClock();
    const seen: number[] = [];
    const loop = async (): Promise<void> => {
      for (let round = 0; round < 3; round += 1) {
        await new Promise<void>((resolve) => void clock.after(10, resolve));
        seen.push(clock.now());
      }
    };
    const done = loop();
    await clock.advance(30);
    await done;
    expect(seen).toEqual([10, 20, 30]);
  });
});

test('the system clock waits longer than one timer can, and can be cancelled on the way', () => {
  vi.useFakeTimers();
  try {
    let rung = 0;
    const month = 31 * 86_400_000;
    systemClock.after(month, () => (rung += 1));
    const cancel = systemClock.after(month, () => (rung += 10));
    vi.advanceTimersByTime(month - 1);
    expect(rung).toBe(0);
    cancel();
    vi.advanceTimersByTime(1);
    expect(rung).toBe(1);
  } finally {
    vi.useRealTimers();
  }
});
