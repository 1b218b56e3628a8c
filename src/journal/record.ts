/**
 * What a journal line says, and its hash.
 *
 * The *body* is the JSON text of `{seq, epoch, run, version, at, cause, prev, events}` with the keys
 * in that order (after `at` a control record also has `control`). The hash is SHA-256 over the
 * body's UTF-8 bytes. The line's JSON is the body with `"synced":<n>,"hash":"<hex>",` put in front,
 * so a hash is checked on the very bytes that were stored and nothing is serialised again.
 *
 * `synced` is the highest seq that was on disk when the line was written. It proves to a reader
 * which records before it had been acknowledged; it is not part of the hash.
 *
 * Headers are read without a schema library: a checksum covers each line, and a million of them
 * are read at start. What an event holds is checked by the caller's `parseEvent` or `readEvents`.
 */
import { sha256 } from '../lib/sha256.ts';
import { AROUND, HEAD, closeFrame } from './frame.ts';
import type { JournalRecord } from './journal.ts';

/** `prev` of a run's first record. */
export const NO_HASH = '0'.repeat(64);

/** Tells the journal itself something about a run; never seen by readers of records. */
export type Control = 'archived' | 'restored';

/** A line before it is hashed. */
export interface RecordDraft<E> extends Omit<JournalRecord<E>, 'hash'> {
  readonly control?: Control;
}

/** The JSON text that is hashed. */
export const bodyOf = (draft: RecordDraft<unknown>): string => {
  const { seq, epoch, run, version, at, control, cause, prev, events } = draft;
  return JSON.stringify({ seq, epoch, run, version, at, control, cause, prev, events });
};

/** Bytes a record's line takes at most. */
export const lineRoom = (body: string): number => AROUND + PREFIX + 3 * body.length;

/** Writes the line with this body at `at`, where there is {@link lineRoom}. */
export const putRecord = (
  bytes: Buffer,
  at: number,
  body: string,
  synced: number,
): { readonly hash: string; readonly end: number } => {
  const json = at + HEAD;
  const count = String(synced);
  // The body's first byte makes room for the comma before its second.
  const from = json + FIXED + count.length - 1;
  const end = from + bytes.write(body, from, 'utf8');
  const digest = sha256(bytes.subarray(from, end));
  bytes.write(`{"synced":${count},"hash":"${digest}",`, json, 'latin1');
  return { hash: digest, end: closeFrame(bytes, at, end) };
};

/** A line's JSON and its hash. */
export const encodeRecord = (
  draft: RecordDraft<unknown>,
  synced: number,
): { readonly json: string; readonly hash: string } => {
  const body = bodyOf(draft);
  const bytes = Buffer.alloc(lineRoom(body));
  const { hash, end } = putRecord(bytes, 0, body, synced);
  return { json: bytes.toString('utf8', HEAD, end - 1), hash };
};

/** Bytes before the body without the digits of `synced`, and with as many as there can be. */
const FIXED = '{"synced":,"hash":"",'.length + 64;
const PREFIX = FIXED + 16;

/** A line without its events. */
export interface RecordHeader extends Omit<JournalRecord<unknown>, 'events'> {
  readonly synced: number;
  readonly control: Control | null;
  /** The JSON text of the list of events. */
  readonly events: string;
}

/**
 * Reads a line's JSON; null when it is not a record of this format. A million lines are read at
 * start, so each field is found by where the one before it ends. Texts are views into `json` and
 * keep it in memory: who keeps one for long keeps a copy.
 */
export const parseHeader = (json: string): RecordHeader | null => {
  const synced = after(json, 0, '{"synced":');
  const syncedEnd = digitsEnd(json, synced);
  const digest = after(json, syncedEnd, ',"hash":"');
  const seq = after(json, digestEnd(digest), '","seq":');
  const seqEnd = digitsEnd(json, seq);
  const epoch = after(json, seqEnd, ',"epoch":');
  const epochEnd = digitsEnd(json, epoch);
  const run = after(json, epochEnd, ',"run":"');
  const runEnd = textEnd(json, run);
  const version = after(json, runEnd, '","version":');
  const versionEnd = digitsEnd(json, version);
  const at = after(json, versionEnd, ',"at":');
  const atEnd = at < 0 ? -1 : json.indexOf(',', at);
  const control = after(json, atEnd, ',"control":"');
  const controlEnd = textEnd(json, control);
  const causeFrom = control < 0 ? atEnd : after(json, controlEnd, '"');
  const cause = after(json, causeFrom, ',"cause":"');
  const causeEnd = textEnd(json, cause);
  const prev = after(json, causeEnd, '","prev":"');
  const events = after(json, digestEnd(prev), '","events":');
  if (events < 0 || json[events] !== '[' || !json.endsWith(']}')) return null;
  const time = json.slice(at, atEnd);
  const named = control < 0 ? null : controlOf(json.slice(control, controlEnd));
  return NUMBER.test(time) && named !== undefined
    ? {
        synced: count(json, synced, syncedEnd),
        hash: json.slice(digest, digest + DIGEST),
        seq: count(json, seq, seqEnd),
        epoch: count(json, epoch, epochEnd),
        run: unescaped(json.slice(run, runEnd)),
        version: count(json, version, versionEnd),
        at: Number(time),
        control: named,
        cause: unescaped(json.slice(cause, causeEnd)),
        prev: json.slice(prev, prev + DIGEST),
        events: json.slice(events, -1),
      }
    : null;
};

/** A copy of a text that was cut out of a line, which does not keep the line in memory. */
export const ownText = (text: string): string => Buffer.from(text, 'utf16le').toString('utf16le');

/** Makes a reader of lists of events in JSON from one of single events. */
export const eachWith =
  <E>(parseEvent: (value: unknown) => E): ReadEvents<E> =>
  (json) => {
    const list: unknown = JSON.parse(json);
    return Array.isArray(list) ? list.map((event) => parseEvent(event)) : [];
  };

/** Reads a list of events in JSON; throws when it is none. */
export type ReadEvents<E> = (json: string) => readonly E[];

/** The record with its events; `run` is the header's, as it is kept already. @throws whatever `readEvents` throws. */
export const parseRecord = <E>(
  header: RecordHeader,
  readEvents: ReadEvents<E>,
  run = header.run,
): JournalRecord<E> => {
  const { seq, epoch, version, at, cause, prev, hash: digest } = header;
  const events = readEvents(header.events);
  return { seq, epoch, run, version, at, cause, prev, hash: digest, events };
};

/** Whether the hash a line carries is the hash of its body. */
export const hashMatches = (json: string, header: RecordHeader): boolean =>
  sha256(`{${json.slice(json.indexOf('"seq":'))}`) === header.hash;

const controlOf = (text: string): Control | undefined =>
  text === 'archived' || text === 'restored' ? text : undefined;

/** Where `literal` ends when it stands at `from`, else -1; a `from` of -1 stays one. */
const after = (json: string, from: number, literal: string): number =>
  from >= 0 && json.startsWith(literal, from) ? from + literal.length : -1;

const digitsEnd = (json: string, from: number): number => {
  if (from < 0) return -1;
  let at = from;
  while (isDigit(json.charCodeAt(at))) at += 1;
  return at > from && at - from <= 16 ? at : -1;
};

const count = (json: string, from: number, end: number): number => {
  let value = 0;
  for (let at = from; at < end; at += 1) value = value * 10 + json.charCodeAt(at) - ZERO;
  return value;
};

/** Where the text that begins at `from` has its closing quote: the first that no backslash takes. */
const textEnd = (json: string, from: number): number => {
  if (from < 0) return -1;
  for (let end = json.indexOf('"', from); end >= 0; end = json.indexOf('"', end + 1)) {
    let slashes = 0;
    while (end - slashes > from && json.charCodeAt(end - slashes - 1) === BACKSLASH) slashes += 1;
    if (slashes % 2 === 0) return end;
  }
  return -1;
};

const unescaped = (text: string): string => {
  if (!text.includes('\\')) return text;
  const value: unknown = JSON.parse(`"${text}"`);
  return typeof value === 'string' ? value : '';
};

/** What is in it is checked by those who compare it. */
const digestEnd = (from: number): number => (from < 0 ? -1 : from + DIGEST);

const isDigit = (code: number): boolean => code >= ZERO && code <= NINE;

const NUMBER = /^-?\d[\d.eE+-]*$/;
/** Hex digits of a hash. */
const DIGEST = 64;
const ZERO = 0x30;
const NINE = 0x39;
const BACKSLASH = 0x5c;
