/**
 * Records a journal of this version: `npx tsx test/histories/record.ts <version>`. Done once per
 * version that is released, and never again for the same one: what stands in a folder here was
 * written by that version, and every later one must read it.
 */
import { mkdirSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { createMemoryQueue } from '../../src/agents/memory-queue.ts';
import { parseRunEvent } from '../../src/engine/parse-event.ts';
import type { RunEvent } from '../../src/engine/events.ts';
import { createFileJournal } from '../../src/journal/file-journal.ts';
import { silentLogger } from '../../src/lib/logger.ts';
import { createManualClock } from '../../src/lib/manual-clock.ts';
import { startEmbeddedEngine } from '../../src/runtime/embedded-engine.ts';
import { createMemorySecrets } from '../../src/runtime/secret-store.ts';
import { createMemoryCatalog, entryOf } from '../../src/testing/memory-catalog.ts';
import { createMemoryStation } from '../../src/testing/memory-station.ts';
import { digestOf } from './digest.ts';

const [version] = process.argv.slice(2);
if (version === undefined) throw new Error('Name the version: record.ts <version>');
const folder = join(fileURLToPath(new URL('.', import.meta.url)), version);
mkdirSync(folder);

const LONG = `
workflow:
  id: history-long
  name: Every kind of step
  version: 1
  input: { required: [{ folder: Where }] }
  tasks:
    - { id: scan, name: Scan, assigned_to: SCANNER, timeout: 10m, input: { folder: "\${workflow.input.folder}" } }
    - id: fork
      type: FORK
      depends_on: scan
      tasks: [left, right]
    - { id: left, assigned_to: WORKER, timeout: 10m, retry_policy: { max_attempts: 2, initial_delay: 5s } }
    - { id: right, assigned_to: WORKER, timeout: 10m, on_failure: continue }
    - { id: join, type: JOIN, depends_on: [left, right] }
    - id: ask
      type: HUMAN
      depends_on: join
      approval_options: [GO_ON, STOP]
      approval_timeout: 24h
    - { id: last, assigned_to: WORKER, depends_on: ask, timeout: 10m, output_to: 0UT.3OX/last.yaml }
`;
const SHORT = `
workflow:
  id: history-short
  name: One task
  version: 1
  tasks:
    - { id: work, assigned_to: WORKER, timeout: 10m }
`;

const clock = createManualClock(Date.UTC(2026, 10, 24, 9));
const queue = createMemoryQueue();
const station = createMemoryStation({ files: {} });
let count = 0;
const journal = await createFileJournal<RunEvent>({
  folder,
  epoch: 1,
  parseEvent: parseRunEvent,
  clock,
  segmentBytes: 4_000,
  compactEvery: 20,
});
const engine = await startEmbeddedEngine({
  journal,
  queue,
  catalog: createMemoryCatalog([entryOf(LONG), entryOf(SHORT)]),
  workspace: station.workspace,
  projections: station.projections,
  secrets: createMemorySecrets(),
  limits: { limitOf: () => null, limited: () => [] },
  levels: () => ({}),
  clock,
  entropy: () => (count += 1).toString(36).padStart(6, '0').split('').reverse().join('').repeat(7),
  logger: silentLogger,
  archiveAfter: 60_000,
  onStopped(error) {
    throw error;
  },
});
const by = { user: 'os:ann', name: 'ann', roles: [], channel: null, local: true };

/** What is under way needs the disk, which no clock in hand moves. */
const quiet = async (): Promise<void> => {
  for (let turn = 0; turn < 30; turn += 1) await new Promise((resolve) => setTimeout(resolve, 5));
};
const start = async (workflow: string, input: Readonly<Record<string, string>> = {}) => {
  const given = Object.entries(input).map(
    ([name, text]) => [name, { type: 'text', text }] as const,
  );
  const request = { workflow, version: null, by, key: null, origin: null };
  const started = await engine.start({ ...request, input: Object.fromEntries(given) });
  if (started.type !== 'started') throw new Error(JSON.stringify(started));
  return started.view.run;
};
type Result = Parameters<typeof queue.answer>[0]['result'];
const answer = async (run: string, task: string, result: Result): Promise<void> => {
  const offer = queue.offered().find((one) => one.run === run && one.task === task);
  if (offer === undefined) throw new Error(`${task} of ${run} is not on offer`);
  const taken = await queue.claim(offer, 'WORKER');
  if (taken === null) throw new Error(`${task} of ${run} was claimed by somebody else`);
  await queue.progress(offer, 50, 'half');
  await queue.answer({ run, task, lease: offer.lease, attempt: null, agent: 'WORKER', result });
  await quiet();
};
const good = { type: 'success', output: { files: 3, note: 'ü ⧗' } } as const;
const bad = {
  type: 'failure',
  output: { partial: true },
  error: { type: 'AgentError', message: 'no luck', retryable: true, retryAfter: null },
} as const;

// 1. A run through everything, and one that stays with the person it asks.
const whole = await start('history-long', { folder: '0UT.3OX' });
const asking = await start('history-long', { folder: '0UT.3OX' });
for (const run of [whole, asking]) {
  await answer(run, 'scan', good);
  await answer(run, 'left', bad);
  await answer(run, 'right', bad);
  await clock.advance(6_000);
  await quiet();
  await answer(run, 'left', good);
}
await engine.operate(
  { type: 'choose', run: whole, task: 'ask', option: 'GO_ON', note: 'fine' },
  by,
);
await quiet();
await answer(whole, 'last', good);

// 2. Failed and tried again; paused; cancelled; many that came and went.
const again = await start('history-short');
await answer(again, 'work', bad);
await engine.operate({ type: 'retry', run: again, note: 'once more' } as never, by);
await quiet();
const paused = await start('history-short');
await engine.operate({ type: 'pause', run: paused, note: 'lunch' } as never, by);
const cancelled = await start('history-short');
await engine.operate({ type: 'cancel', run: cancelled, note: null } as never, by);
for (let number = 0; number < 8; number += 1) {
  const run = await start('history-short');
  await answer(run, 'work', good);
}
await clock.advance(61_000);
await quiet();
await engine.stop();
await journal.close();
rmSync(join(folder, 'journal', 'recovery.json'), { force: true });
writeFileSync(
  join(folder, 'expected.json'),
  `${JSON.stringify(await digestOf(folder), null, 2)}\n`,
);
process.exit(0);
