/** Every kind of event occurs in a journal that is kept for ever, and means what it meant. */
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { expect, test } from 'vitest';
import { eventTypes, parseRunEvent } from '../../src/engine/parse-event.ts';
import { openJournalForReading } from '../../src/journal/reading.ts';
import { digestOf } from './digest.ts';
import { typesIn } from './types-in.ts';

const kinds = fileURLToPath(new URL('kinds', import.meta.url));

test('each type of event is in a kept journal', () => {
  const kept = typesIn(kinds);
  // A type that is new: record it (record-kinds.ts) before it is released.
  expect(eventTypes().filter((type) => !kept.has(type))).toEqual([]);
});

test.each(readdirSync(kinds))('%s says what it said', async (name) => {
  const folder = join(kinds, name);
  const expected: unknown = JSON.parse(readFileSync(join(folder, 'expected.json'), 'utf8'));
  expect(await digestOf(folder)).toEqual(expected);
  const audit = await openJournalForReading({ folder, parseEvent: parseRunEvent }).verify();
  expect(audit.problems).toEqual([]);
});
