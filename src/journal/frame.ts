/**
 * One line of a journal file: `<8 hex length> <8 hex crc32c> <json>\n`.
 *
 * Length and checksum are of the JSON's bytes, in lower case and nothing else, so that any single
 * changed byte of the line makes it bad. JSON holds no raw line break: a line break ends a frame.
 */
import type { HostFiles } from '../lib/host/host.ts';
import { crc32c } from './crc32c.ts';

/** Bytes before the JSON, and with the line break after it. */
export const HEAD = 18;
export const AROUND = HEAD + 1;
/** A length above this is damage, not a record. */
const LARGEST = 0x3fffffff;
/** Bytes of a file in memory at a time, unless one line is longer. */
const PIECE = 256 * 1024;
const SPACE = 0x20;
const NEWLINE = 0x0a;

/** The bytes of the line that holds `json`. */
export const encodeFrame = (json: string): Buffer => {
  const frame = Buffer.allocUnsafe(AROUND + Buffer.byteLength(json));
  closeFrame(frame, 0, HEAD + frame.write(json, HEAD, 'utf8'));
  return frame;
};

/** Puts head and line break around the JSON that ends before `end` in the line at `at`; returns the line's end. */
export const closeFrame = (bytes: Buffer, at: number, end: number): number => {
  bytes[end] = NEWLINE;
  putHex8(bytes, at, end - at - HEAD);
  bytes[at + 8] = SPACE;
  putHex8(bytes, at + 9, crc32c(bytes, at + HEAD, end));
  bytes[at + 17] = SPACE;
  return end + 1;
};

/** What stands at one place of a file. */
export type Frame =
  | { readonly ok: true; readonly json: string; readonly offset: number; readonly end: number }
  | { readonly ok: false; readonly what: string; readonly offset: number };

/** Reads the frame that starts at `offset`. */
export const decodeFrame = (bytes: Buffer, offset: number): Frame => {
  const bad = (what: string): Frame => ({ ok: false, what, offset });
  const length = readHex8(bytes, offset);
  const crc = readHex8(bytes, offset + 9);
  if (offset + HEAD > bytes.length) return bad('the record is cut short');
  if (length < 0 || crc < 0 || length > LARGEST) return bad('this is not the start of a record');
  if (bytes[offset + 8] !== SPACE || bytes[offset + 17] !== SPACE) {
    return bad('this is not the start of a record');
  }
  const end = offset + HEAD + length;
  if (end >= bytes.length) return bad('the record is cut short');
  if (bytes[end] !== NEWLINE) return bad('the record does not end where it says');
  if (crc32c(bytes, offset + HEAD, end) !== crc) return bad('the checksum does not match');
  return { ok: true, json: bytes.toString('utf8', offset + HEAD, end), offset, end: end + 1 };
};

/** All frames from `from` on; ends with the first bad one. */
export function* readFrames(bytes: Buffer, from = 0): Generator<Frame> {
  let offset = from;
  while (offset < bytes.length) {
    const frame = decodeFrame(bytes, offset);
    yield frame;
    if (!frame.ok) return;
    offset = frame.end;
  }
}

/**
 * The same for bytes `from` to `to` of an open file, which is read in pieces: however long it is,
 * little of it is in memory. Offsets are the file's.
 */
export function* readFileFrames(
  files: Pick<HostFiles, 'readPart'>,
  file: number,
  from: number,
  to: number,
): Generator<Frame> {
  let start = from;
  let bytes: Buffer = Buffer.alloc(0);
  for (let offset = from; offset < to;) {
    const left = start + bytes.length - offset;
    if (left < to - offset && left < frameLength(bytes, offset - start)) {
      start = offset;
      bytes = files.readPart(file, offset, Math.min(PIECE, to - offset));
      const length = frameLength(bytes, 0);
      if (length !== Infinity && bytes.length < Math.min(length, to - offset)) {
        bytes = files.readPart(file, offset, Math.min(length, to - offset));
      }
    }
    const frame = decodeFrame(bytes, offset - start);
    if (!frame.ok) {
      yield { ...frame, offset };
      return;
    }
    const end = start + frame.end;
    yield { ok: true, json: frame.json, offset, end };
    offset = end;
  }
}

/** Good frames that lie somewhere after the bad one at `bad`. */
export function* goodFramesAfter(bytes: Buffer, bad: number): Generator<Frame & { ok: true }> {
  // Where the bad one says it ends comes first: the damage may be in its line break alone.
  let next = bad + frameLength(bytes, bad);
  for (let at = bad; at < bytes.length;) {
    const frame = at > bad ? decodeFrame(bytes, at) : null;
    if (frame?.ok === true) {
      yield frame;
      at = frame.end;
      continue;
    }
    const line = bytes.indexOf(NEWLINE, at);
    const after = line < 0 ? bytes.length : line + 1;
    at = at < next && next < after ? next : after;
    next = -1;
  }
}

/** Bytes of the frame at `offset` by what its head says; infinite when that is not there or no head. */
const frameLength = (bytes: Buffer, offset: number): number => {
  const length = readHex8(bytes, offset);
  return length < 0 ? Infinity : AROUND + length;
};

const putHex8 = (bytes: Buffer, at: number, value: number): void => {
  for (let digit = 0; digit < 8; digit += 1) {
    bytes[at + digit] = HEX[(value >>> (28 - 4 * digit)) & 15] ?? 0;
  }
};

const HEX = Buffer.from('0123456789abcdef');

/** The number of eight lower-case hex digits at `offset`, or -1. */
const readHex8 = (bytes: Buffer, offset: number): number => {
  let value = 0;
  for (let at = offset; at < offset + 8; at += 1) {
    const digit = DIGITS[bytes[at] ?? 0] ?? -1;
    if (digit < 0) return -1;
    value = value * 16 + digit;
  }
  return value;
};

/** By byte: what a hex digit stands for, or -1. */
const DIGITS = Int8Array.from({ length: 256 }, (_, byte) =>
  '0123456789abcdef'.indexOf(String.fromCharCode(byte)),
);
