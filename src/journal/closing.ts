/** The line that ends a run's archive file and stands for the run in the archive's index. */
import { isJsonObject, parsedJson } from '../lib/json.ts';
import type { ArchiveEntry } from './journal.ts';

/** An archived run: its summary, its version and the hash of its last record. */
export interface Closing {
  readonly archived: ArchiveEntry;
  readonly version: number;
  readonly head: string;
}

/** Reads a closing line; null when it is none. */
export const parseClosing = (json: string): Closing | null => {
  const value = parsedJson(json);
  if (!isJsonObject(value)) return null;
  const { archived, version, head } = value;
  return isEntry(archived) && typeof version === 'number' && typeof head === 'string'
    ? { archived, version, head }
    : null;
};

const TEXT = ['run', 'handle', 'workflow', 'status', 'startedBy'] as const;
const NUMBER = ['createdAt', 'endedAt', 'done', 'total'] as const;
const TEXT_OR_NULL = ['reason', 'key'] as const;

/** By hand, because reading commands list thousands of these and load no schema library for it. */
const isEntry = (value: unknown): value is ArchiveEntry => {
  if (!isJsonObject(value)) return false;
  const parent = value['parent'];
  return (
    TEXT.every((key) => typeof value[key] === 'string') &&
    NUMBER.every((key) => typeof value[key] === 'number') &&
    TEXT_OR_NULL.every((key) => value[key] === null || typeof value[key] === 'string') &&
    (parent === null ||
      (isJsonObject(parent) &&
        typeof parent['run'] === 'string' &&
        typeof parent['task'] === 'string'))
  );
};
