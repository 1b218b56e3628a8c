import { createMemoryJournal } from '../../src/journal/memory-journal.ts';
import type { MemoryJournal } from '../../src/journal/memory-journal.ts';
import { journalContract } from '../contracts/journal.ts';
import type { JournalUnderTest } from '../contracts/journal.ts';
import type { Noted } from './noted.ts';
import { temporaryFolder, underTest } from './support.ts';

journalContract('the file journal', () => underTest(temporaryFolder()));
journalContract('the file journal in tiny segments and parts', () =>
  underTest(temporaryFolder(), { segmentBytes: 500, partLines: 1 }),
);
const memory = (journal: MemoryJournal<Noted>): JournalUnderTest => ({
  journal,
  reopen: async () => memory(journal.reopen()),
});
journalContract('the memory journal', async () => memory(createMemoryJournal<Noted>()));
