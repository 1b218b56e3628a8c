/**
 * A part of the archive's index: what a few hundred of its lines have in common, so that nobody
 * who looks for some of them reads the others. Made from the lines alone, and worth no more than
 * they are.
 */
import { isJsonObject, parsedJson, type JsonObject } from '../lib/json.ts';
import type { Closing } from './closing.ts';
import { crc32c } from './crc32c.ts';
import type { ArchivePart } from './journal.ts';

/** Lines that one part stands for. */
export const PART_LINES = 512;

/** What one part says. */
export interface IndexPart extends ArchivePart {
  /** Bytes of the index it stands for: from `from` to before `to`. */
  readonly from: number;
  readonly to: number;
  readonly lines: number;
  /** Least and greatest run id in it, and the greatest in all parts before it, '' for none. */
  readonly least: string;
  readonly greatest: string;
  readonly before: string;
  /** Lines about a run that an earlier line is about, too: the run, and the status that one says. */
  readonly again: readonly (readonly [run: string, status: string])[];
  /** {@link nameHash} of each line's handle, and of each key. */
  readonly handles: Uint32Array;
  readonly keys: Uint32Array;
}

/** What stands for a handle or a key in a part. Handles are the same in any case. */
export const nameHash = (name: string): number => crc32c(Buffer.from(name.toLowerCase()));

/** Makes a part of at least one line. `again` as in {@link IndexPart}. */
export const partOf = (
  closings: readonly Closing[],
  { from, to, before, again }: Pick<IndexPart, 'from' | 'to' | 'before' | 'again'>,
): IndexPart => {
  const entries = closings.map(({ archived }) => archived);
  const ids = entries.map(({ run }) => run).sort();
  const statuses: Record<string, number> = {};
  for (const { status } of entries) statuses[status] = (statuses[status] ?? 0) + 1;
  return {
    from,
    to,
    before,
    again,
    lines: entries.length,
    least: ids[0] ?? '',
    greatest: ids.at(-1) ?? '',
    statuses,
    workflows: few(entries.map(({ workflow }) => workflow)),
    startedBy: few(entries.map(({ startedBy }) => startedBy)),
    latest: Math.max(...entries.map(({ createdAt }) => createdAt)),
    handles: Uint32Array.from(entries, ({ handle }) => nameHash(handle)),
    keys: Uint32Array.from(entries.flatMap(({ key }) => (key === null ? [] : [nameHash(key)]))),
  };
};

/** The part as a line of the parts' file. */
export const writePart = (part: IndexPart): string =>
  JSON.stringify({ part: 1, ...part, handles: base64(part.handles), keys: base64(part.keys) });

/** Reads a line of the parts' file; null when it is none. */
export const parsePart = (json: string): IndexPart | null => {
  const value = parsedJson(json);
  if (!isJsonObject(value) || value['part'] !== 1) return null;
  const { from, to, lines, latest, least, greatest, before, handles, keys } = value;
  const { statuses, again, workflows, startedBy } = value;
  return isOffset(from) &&
    isOffset(to) &&
    from <= to &&
    typeof lines === 'number' &&
    typeof latest === 'number' &&
    typeof least === 'string' &&
    typeof greatest === 'string' &&
    typeof before === 'string' &&
    typeof handles === 'string' &&
    typeof keys === 'string' &&
    isJsonObject(statuses) &&
    isCounts(statuses) &&
    Array.isArray(again) &&
    again.every(isPair) &&
    isNames(workflows) &&
    isNames(startedBy)
    ? {
        from,
        to,
        lines,
        latest,
        least,
        greatest,
        before,
        statuses,
        again,
        workflows,
        startedBy,
        handles: numbers(handles),
        keys: numbers(keys),
      }
    : null;
};

const isOffset = (value: unknown): value is number =>
  typeof value === 'number' && Number.isSafeInteger(value) && value >= 0;

/** The different ones, or null when there are so many that naming them helps nobody. */
const few = (names: readonly string[]): readonly string[] | null => {
  const different = new Set(names);
  return different.size > FEW ? null : [...different];
};

const FEW = 32;

const base64 = ({ buffer }: Uint32Array): string => Buffer.from(buffer).toString('base64');

const numbers = (text: string): Uint32Array => {
  const bytes = Uint8Array.from(Buffer.from(text, 'base64'));
  return new Uint32Array(bytes.buffer, 0, bytes.length >> 2);
};

const isText = (value: unknown): value is string => typeof value === 'string';

const isNames = (value: unknown): value is readonly string[] | null =>
  value === null || (Array.isArray(value) && value.every(isText));

const isPair = (value: unknown): value is readonly [string, string] =>
  Array.isArray(value) && value.length === 2 && value.every(isText);

const isCounts = (value: JsonObject): value is Readonly<Record<string, number>> =>
  Object.values(value).every((count) => typeof count === 'number');
