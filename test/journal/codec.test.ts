import * as fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { crc32c } from '../../src/journal/crc32c.ts';
import {
  decodeFrame,
  encodeFrame,
  goodFramesAfter,
  readFileFrames,
  readFrames,
} from '../../src/journal/frame.ts';
import {
  NO_HASH,
  eachWith,
  encodeRecord,
  hashMatches,
  parseHeader,
  parseRecord,
} from '../../src/journal/record.ts';

describe('crc32c', () => {
  // RFC 3720, B.4, and the usual check value.
  test.each([
    [Buffer.from('123456789'), 0xe3069283],
    [Buffer.alloc(32), 0x8a9136aa],
    [Buffer.alloc(32, 0xff), 0x62a8ab43],
    [Buffer.from(Array.from({ length: 32 }, (_, index) => index)), 0x46dd794e],
    [Buffer.from(Array.from({ length: 32 }, (_, index) => 31 - index)), 0x113fdb5c],
    [Buffer.alloc(0), 0],
  ])('%j', (bytes, expected) => expect(crc32c(bytes)).toBe(expected));
});

describe('frames', () => {
  test('any JSON goes through, one line each', () => {
    fc.assert(
      fc.property(fc.array(fc.jsonValue(), { maxLength: 8 }), (values) => {
        const lines = values.map((value) => JSON.stringify(value));
        const bytes = Buffer.concat(lines.map(encodeFrame));
        expect([...readFrames(bytes)].map((frame) => frame.ok && frame.json)).toEqual(lines);
        expect(bytes.toString().split('\n')).toHaveLength(lines.length + 1);
      }),
    );
  });

  test('one changed byte anywhere is noticed, and the frames after it are found again', () => {
    const frames = ['{"a":1}', '{"b":"ü"}', '{"c":[]}'].map(encodeFrame);
    const bytes = Buffer.concat(frames);
    for (let at = 0; at < bytes.length; at += 1) {
      for (const flip of [0x01, 0x20, 0x80]) {
        const changed = Buffer.from(bytes);
        changed[at] = (changed[at] ?? 0) ^ flip;
        const bad = [...readFrames(changed)].at(-1);
        expect(bad?.ok).toBe(false);
        const after = [...goodFramesAfter(changed, bad?.offset ?? 0)];
        const number = frames.findIndex((_, index) => {
          return at < Buffer.concat(frames.slice(0, index + 1)).length;
        });
        expect(after).toHaveLength(2 - number);
      }
    }
  });

  test('a cut frame is bad at every length', () => {
    const frame = encodeFrame('{"a":1}');
    for (let length = 1; length < frame.length; length += 1) {
      expect(decodeFrame(frame.subarray(0, length), 0).ok).toBe(false);
    }
  });

  test('rubbish is read in a moment', () => {
    fc.assert(
      fc.property(fc.uint8Array({ maxLength: 300 }), (bytes) => {
        const buffer = Buffer.from(bytes);
        expect([...goodFramesAfter(buffer, 0)].length).toBeLessThanOrEqual(15);
      }),
    );
    const lines = Buffer.from('00000000 00000000 x\n'.repeat(100_000));
    expect([...goodFramesAfter(lines, 0)]).toEqual([]);
  });
});

describe('records', () => {
  const draft = (text: string, events: readonly unknown[]) => ({
    seq: 7,
    epoch: 2,
    run: text,
    version: 3,
    at: -1.5e12,
    cause: text,
    prev: NO_HASH,
    events,
  });

  test('a record comes back as it went, and its hash is of what was stored', () => {
    fc.assert(
      fc.property(fc.string({ unit: 'binary' }), fc.array(fc.jsonValue()), (text, events) => {
        const record = draft(text, JSON.parse(JSON.stringify(events)));
        const { json, hash } = encodeRecord(record, 5);
        const header = parseHeader(json);
        expect(header).not.toBeNull();
        if (header === null) return;
        expect(
          parseRecord(
            header,
            eachWith((value) => value),
          ),
        ).toEqual({ ...record, hash });
        expect(header).toMatchObject({ synced: 5, control: null });
        expect(hashMatches(json, header)).toBe(true);
      }),
    );
  });

  test('a record with something else in it does not match its hash', () => {
    const { json } = encodeRecord(draft('run', [{ paid: 1 }]), 5);
    const forged = json.replace('"paid":1', '"paid":2');
    const header = parseHeader(forged);
    expect(header !== null && hashMatches(forged, header)).toBe(false);
  });

  test.each(['{}', 'null', '[]', '{"synced":1}', '{"archived":{}}'])('%s is no record', (json) =>
    expect(parseHeader(json)).toBeNull(),
  );
});

describe('frames read from a file in pieces', () => {
  const pieces = (bytes: Buffer, from: number, to: number): readonly unknown[] => {
    const files = {
      readPart: (_: number, offset: number, length: number) =>
        bytes.subarray(offset, Math.min(bytes.length, offset + length)),
    };
    return [...readFileFrames(files, 1, from, to)];
  };

  test('are those of the whole, wherever it is damaged or cut', () => {
    // Some lines are longer than a piece.
    const length = fc.oneof(fc.nat({ max: 300 }), fc.integer({ min: 200_000, max: 700_000 }));
    fc.assert(
      fc.property(
        fc.array(length, { maxLength: 12 }),
        fc.double({ min: 0, max: 1, noNaN: true }),
        fc.constantFrom('whole', 'cut', 'flipped'),
        (lengths, place, damage) => {
          const lines = lengths.map((size) => encodeFrame(JSON.stringify('x'.repeat(size))));
          const bytes = Buffer.concat(lines);
          const at = Math.floor(place * bytes.length);
          if (damage === 'flipped' && at < bytes.length) bytes[at] = (bytes[at] ?? 0) ^ 1;
          const all = damage === 'cut' ? bytes.subarray(0, at) : bytes;
          const from = lines[0]?.length ?? 0;
          expect(pieces(all, 0, all.length)).toEqual([...readFrames(all)]);
          expect(pieces(all, from, all.length)).toEqual([...readFrames(all, from)]);
        },
      ),
      { numRuns: 60 },
    );
  });
});
