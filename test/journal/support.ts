import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach } from 'vitest';
import type { FileJournalOptions } from '../../src/journal/file-journal.ts';
import type { JournalUnderTest } from '../contracts/journal.ts';
import { openIn } from './noted.ts';
import type { Noted } from './noted.ts';

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

/** The file journal in `folder` as the contract wants it. */
export const underTest = async (
  folder: string,
  options: Partial<FileJournalOptions<Noted>> = {},
  epoch = 1,
): Promise<JournalUnderTest> => ({
  journal: await openIn(folder, { ...options, epoch }),
  reopen: () => underTest(folder, options, epoch + 1),
});
