/** The tests' own events and what is done with them; free of the test runner, for processes of their own. */
import { createFileJournal } from '../../src/journal/file-journal.ts';
import type { FileJournalOptions } from '../../src/journal/file-journal.ts';
import type { ArchiveEntry, Journal, JournalRecord } from '../../src/journal/journal.ts';

/** An event of the tests: any text. */
export interface Noted {
  readonly type: 'Noted';
  readonly text: string;
}

/** An event saying `text`. */
export const noted = (text: string): Noted => ({ type: 'Noted', text });

/** A summary of a run that ended well. */
export const summaryOf = (run: string): ArchiveEntry => ({
  run,
  handle: `h-${run}`,
  workflow: 'inventory',
  status: 'COMPLETED',
  reason: null,
  startedBy: 'os:someone',
  createdAt: 1,
  endedAt: 2,
  done: 3,
  total: 3,
  key: null,
  parent: null,
});

/** Appends one record per text to `run`, one after the other. */
export const write = async (
  journal: Journal<Noted>,
  run: string,
  texts: readonly string[],
  from = 0,
): Promise<readonly JournalRecord<Noted>[]> => {
  const records = [];
  for (const [index, text] of texts.entries()) {
    const request = { run, events: [noted(text)], cause: 'test', at: 1000 + index };
    records.push(await journal.append(request, from + index));
  }
  return records;
};

/** Everything `replay` yields. */
export const replayed = async <E>(journal: {
  replay(): AsyncIterable<JournalRecord<E>>;
}): Promise<readonly JournalRecord<E>[]> => {
  const records = [];
  for await (const record of journal.replay()) records.push(record);
  return records;
};

/** Accepts the tests' events only. */
export const parseNoted = (value: unknown): Noted => {
  if (typeof value === 'object' && value !== null && 'text' in value) {
    if (typeof value.text === 'string') return noted(value.text);
  }
  throw new Error(`not a Noted event: ${JSON.stringify(value)}`);
};

/** The file journal in `folder`. */
export const openIn = (
  folder: string,
  options: Partial<FileJournalOptions<Noted>> = {},
): Promise<Journal<Noted>> =>
  createFileJournal({ folder, epoch: 1, parseEvent: parseNoted, ...options });
