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
 * are read at start. What an event holds is checked by the caller's `parseEvent`.
 */
import { hash } from 'node:crypto';
import type { JournalRecord } from './journal.ts';

/** `prev` of a run's first record. */
export const NO_HASH = '0'.repeat(64);

/** Tells the journal itself something about a run; never seen by readers of records. */
export type Control = 'archived' | 'restored';

/** A line before it is hashed. */
export interface RecordDraft<E> extends Omit<JournalRecord<E>, 'hash'> {
  readonly control?: Control;
}

/** A line's JSON and its hash. */
export const encodeRecord = (
  draft: RecordDraft<unknown>,
  synced: number,
): { readonly json: string; readonly hash: string } => {
  const { seq, epoch, run, version, at, control, cause, prev, events } = draft;
  const body = JSON.stringify({ seq, epoch, run, version, at, control, cause, prev, events });
  const digest = sha256(body);
  return { json: `{"synced":${synced},"hash":"${digest}",${body.slice(1)}`, hash: digest };
};

/** A line without its events. */
export interface RecordHeader extends Omit<JournalRecord<unknown>, 'events'> {
  readonly synced: number;
  readonly control: Control | null;
  /** The JSON text of the list of events. */
  readonly events: string;
}

/** Reads a line's JSON; null when it is not a record of this format. */
export const parseHeader = (json: string): RecordHeader | null => {
  const match = HEADER.exec(json);
  if (match === null || !json.endsWith(']}')) return null;
  const [head, synced, digest, seq, epoch, run, version, at, control, cause, prev] = match;
  return {
    synced: Number(synced),
    hash: digest ?? '',
    seq: Number(seq),
    epoch: Number(epoch),
    run: unquote(run),
    version: Number(version),
    at: Number(at),
    control: control === 'archived' || control === 'restored' ? control : null,
    cause: unquote(cause),
    prev: prev ?? '',
    events: json.slice(head.length, -1),
  };
};

/** The record with its events. @throws whatever `parseEvent` throws. */
export const parseRecord = <E>(
  header: RecordHeader,
  parseEvent: (value: unknown) => E,
): JournalRecord<E> => {
  const { seq, epoch, run, version, at, cause, prev, hash: digest } = header;
  const list: unknown = JSON.parse(header.events);
  const events = Array.isArray(list) ? list.map((event) => parseEvent(event)) : [];
  return { seq, epoch, run, version, at, cause, prev, hash: digest, events };
};

/** Whether the hash a line carries is the hash of its body. */
export const hashMatches = (json: string, header: RecordHeader): boolean =>
  sha256(`{${json.slice(json.indexOf('"seq":'))}`) === header.hash;

const sha256 = (text: string): string => hash('sha256', text);

const QUOTED = String.raw`("[^"\\]*(?:\\.[^"\\]*)*")`;
const HEADER = new RegExp(
  String.raw`^\{"synced":(\d{1,16}),"hash":"([0-9a-f]{64})","seq":(\d{1,16}),"epoch":(\d{1,16}),` +
    String.raw`"run":${QUOTED},"version":(\d{1,16}),"at":(-?\d[\d.eE+-]*),` +
    String.raw`(?:"control":"(archived|restored)",)?"cause":${QUOTED},` +
    String.raw`"prev":"([0-9a-f]{64})","events":(?=\[)`,
);

/** Text of a JSON string literal that the header's pattern has matched. */
const unquote = (literal: string | undefined): string => {
  const value: unknown = JSON.parse(literal ?? '""');
  return typeof value === 'string' ? value : '';
};
