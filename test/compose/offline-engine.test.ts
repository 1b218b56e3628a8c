/** What is said of a station's runs without an engine, from few of their records or from all. */
import { cpSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { openOfflineEngine } from '../../src/compose/offline-engine.ts';
import { parseRunEvent } from '../../src/engine/parse-event.ts';
import { createFileJournal } from '../../src/journal/file-journal.ts';

const recorded = fileURLToPath(new URL('../histories/0.1.0', import.meta.url));
const NONSENSE = 'wf-1764000000000-nonsense0';
const EVERY = 'RUNNING PAUSED COMPLETED FAILED TIMED_OUT CANCELLED QUARANTINED'.split(' ');

let root = '';
beforeEach(async () => {
  root = mkdtempSync(join(tmpdir(), 'offline-'));
  const folder = join(root, '.3ox');
  cpSync(recorded, folder, { recursive: true });
  const journal = await createFileJournal({ folder, epoch: 1_000, parseEvent: parseRunEvent });
  const paused = {
    type: 'RunPaused',
    by: { id: 'x', name: 'x', level: null, groups: [] },
    note: null,
  } as const;
  await journal.append({ run: NONSENSE, events: [paused], cause: 'nobody', at: 1 }, 0);
  const [archived] = journal.archived.newest();
  if (archived === undefined) throw new Error('the recorded journal has no archived run');
  await journal.restore(archived.run);
  await journal.close();
});
afterEach(() => rmSync(root, { recursive: true, force: true }));

test('a list says the same, whether all runs were folded for it or those that are shown', async () => {
  const engine = openOfflineEngine(root);
  const all = await engine.list({ status: EVERY });
  expect(all.length).toBeGreaterThan(10);
  expect(all.find(({ run }) => run === NONSENSE)).toMatchObject({ status: 'QUARANTINED' });
  expect(await engine.list({})).toEqual(all);
  expect(await engine.rows({})).toEqual(await engine.rows({ status: EVERY }));
  expect(await engine.list({ limit: 4 })).toEqual(all.slice(0, 4));
  for (const workflow of new Set(all.map((line) => line.workflow))) {
    const its = await engine.list({ workflow, status: EVERY });
    expect(its.length).toBeGreaterThan(0);
    expect(await engine.list({ workflow })).toEqual(its);
  }
  const [first] = all;
  const startedBy = first?.started_by ?? '';
  expect(await engine.list({ startedBy })).toEqual(await engine.list({ startedBy, status: EVERY }));
});

test('every run is found by its handle and by its id, a parked one too', async () => {
  const engine = openOfflineEngine(root);
  const all = await engine.list({});
  const parked = all[0]?.run ?? '';
  const notes = { unfinished: 0, at: null, crashes: {}, parked: { [parked]: 'it was too much' } };
  writeFileSync(join(root, '.3ox', 'journal', 'recovery.json'), JSON.stringify(notes));
  const now = await engine.list({});
  expect(now.map(({ run }) => run)).toEqual(all.map(({ run }) => run));
  expect(now[0]).toMatchObject({ status: 'QUARANTINED', reason: 'it was too much' });
  expect(now).toEqual(await engine.list({ status: EVERY }));
  for (const { run, handle } of now) {
    expect(await engine.resolve(run)).toEqual({ type: 'found', run });
    expect(await engine.resolve(handle.toLowerCase())).toEqual({ type: 'found', run });
  }
});
