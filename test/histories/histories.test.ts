/** Journals that earlier versions wrote are read as those versions meant them, for ever. */
import { cpSync, mkdtempSync, readFileSync, readdirSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { describe, expect, test } from 'vitest';
import { parseRunEvent } from '../../src/engine/parse-event.ts';
import { createFileJournal } from '../../src/journal/file-journal.ts';
import { openJournalForReading } from '../../src/journal/reading.ts';
import { digestOf } from './digest.ts';

const here = fileURLToPath(new URL('.', import.meta.url));
// Other folders hold journals with tests of their own.
const versions = readdirSync(here, { withFileTypes: true }).filter(
  (entry) => entry.isDirectory() && /^\d/u.test(entry.name),
);

test('there are recorded journals', () => expect(versions.length).toBeGreaterThan(0));

describe.each(versions.map(({ name }) => name))('the journal of version %s', (version) => {
  test('says what it said, and its history is untouched', async () => {
    const folder = join(here, version);
    const expected: unknown = JSON.parse(readFileSync(join(folder, 'expected.json'), 'utf8'));
    expect(await digestOf(folder)).toEqual(expected);
    const audit = await openJournalForReading({ folder, parseEvent: parseRunEvent }).verify();
    expect(audit.problems).toEqual([]);
    expect(audit.runs).toBeGreaterThan(10);
  });

  test('can be gone on with', async () => {
    const folder = mkdtempSync(join(tmpdir(), 'history-'));
    try {
      cpSync(join(here, version), folder, { recursive: true });
      const reports: unknown[] = [];
      const journal = await createFileJournal({
        folder,
        epoch: 1_000,
        parseEvent: parseRunEvent,
        onReport: (problem) => reports.push(problem),
      });
      expect(reports).toEqual([]);
      const [entry] = journal.archived.newest();
      if (entry === undefined) throw new Error('the recorded journal has no archived run');
      const before = await journal.restore(entry.run);
      const event = { type: 'WarningRaised', task: null, message: 'later' } as const;
      await journal.append(
        { run: entry.run, events: [event], cause: 'test', at: 1 },
        before.length,
      );
      await journal.close();
      const audit = await openJournalForReading({ folder, parseEvent: parseRunEvent }).verify();
      expect(audit.problems).toEqual([]);
    } finally {
      rmSync(folder, { recursive: true, force: true });
    }
  });
});
