import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach } from 'vitest';
import { createFileJournal } from '../../src/journal/file-journal.ts';
import type { FileJournalOptions } from '../../src/journal/file-journal.ts';
import type { Journal } from '../../src/journal/journal.ts';
import { noted } from '../contracts/journal.ts';
import type { JournalUnderTest, Noted } from '../contracts/journal.ts';

const folders: string[] = [];
afterEach(() => {
  for (const folder of folders.splice(0)) rmSync(folder, { recursive: true, force: true });
});

/** A folder of the test's own, removed after it. */
export const temporaryFolder = (): string => {
  const folder = mkdtempSync(join(tmpdir(), 'journal-'));
  folders.push(folder);
  return folder;
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

/** The file journal in `folder` as the contract wants it. */
export const underTest = async (
  folder: string,
  options: Partial<FileJournalOptions<Noted>> = {},
  epoch = 1,
): Promise<JournalUnderTest> => ({
  journal: await openIn(folder, { ...options, epoch }),
  reopen: () => underTest(folder, options, epoch + 1),
});
