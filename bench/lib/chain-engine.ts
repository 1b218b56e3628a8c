/**
 * The engine on the real journal, lock and projections, with agents that answer in the same
 * process: what is left is the engine's own work and the disk's.
 */
import { join } from 'node:path';
import { createMemoryQueue, type MemoryQueue } from '../../src/agents/memory-queue.ts';
import { projectFolder } from '../../src/lib/project-folder.ts';
import { createCatalog } from '../../src/definition/catalog.ts';
import { parseRunEvent } from '../../src/engine/parse-event.ts';
import { createEventReader } from '../../src/engine/read-events.ts';
import { createExecutionLog } from '../../src/journal/execution-log.ts';
import { createFileJournal } from '../../src/journal/file-journal.ts';
import { systemFiles, type JournalFiles } from '../../src/journal/journal-files.ts';
import { acquireLock } from '../../src/journal/lock.ts';
import { createStateFile } from '../../src/journal/state-file.ts';
import { systemClock } from '../../src/lib/clock.ts';
import { silentLogger } from '../../src/lib/logger.ts';
import { startEmbeddedEngine } from '../../src/runtime/embedded-engine.ts';
import type { EmbeddedEngine } from '../../src/runtime/embedded-engine.types.ts';
import { systemHost } from '../../src/lib/host/system-host.ts';
import { createEntropy } from '../../src/runtime/entropy.ts';
import { createMemorySecrets } from '../../src/runtime/secret-store.ts';
import { createWorkspace } from '../../src/station/workspace.ts';

export interface ChainEngine {
  readonly engine: EmbeddedEngine;
  readonly queue: MemoryQueue;
  /** Records on disk since the engine was opened. */
  readonly transitions: () => number;
  /** Calls back with the ms from each answer until its run's next task is on offer. */
  onNext(listener: (ms: number) => void): void;
  /** Starts one run and resolves when it has ended. */
  runToEnd(): Promise<void>;
  /** Starts one run whose first task nobody answers. */
  startIdle(): Promise<void>;
  /** Resolves when the state file shows everything. */
  shown(): Promise<void>;
  close(): Promise<void>;
}

const BY = { user: 'os:bench', name: 'bench', roles: [], channel: null, local: true };
/** After it nothing is offered. */
const LAST = 'receipt';
const ANSWER = { files: ['a.txt', 'b.txt'], score: 97, duration_ms: 12 };

export const openChainEngine = async (
  folder: string,
  options: {
    readonly files?: JournalFiles;
    /** False: nobody works, as for runs that were read back. */
    readonly answers?: boolean;
  } = {},
): Promise<ChainEngine> => {
  const lock = await acquireLock({ folder });
  const journal = await createFileJournal({
    folder,
    epoch: lock.epoch,
    parseEvent: parseRunEvent,
    readEvents: createEventReader(),
    assertHeld: () => lock.assertHeld(),
    files: options.files ?? systemFiles,
  });
  const stateFile = createStateFile({ path: join(folder, 'workflow.state.yaml') });
  const executionLog = createExecutionLog({ path: join(folder, 'workflow.execution.log') });
  const queue = createMemoryQueue();
  const engine = await startEmbeddedEngine({
    journal,
    queue,
    catalog: createCatalog({
      root: folder,
      folders: [join(projectFolder(), 'bench', 'definitions')],
    }),
    workspace: createWorkspace(folder),
    secrets: createMemorySecrets(),
    projections: {
      state: (run, entry) => stateFile.update(run, entry),
      audited: () => executionLog.last(),
      audit: (lines) => executionLog.append(lines),
      async flush() {
        await Promise.all([stateFile.flush(), executionLog.flush()]);
      },
    },
    limits: { limitOf: () => null, limited: () => [] },
    levels: () => ({}),
    clock: systemClock,
    entropy: createEntropy(systemHost),
    logger: silentLogger,
    archiveAfter: 3_600_000,
    onStopped(error) {
      throw error;
    },
  });

  let transitions = 0;
  const idle = new Set<string>();
  const ends = new Map<string, () => void>();
  engine.subscribe(({ events }) => {
    transitions += 1;
    for (const { run, event } of events) if (event.type === 'RunEnded') ends.get(run)?.();
  });
  const answering = options.answers ?? true;
  const answeredAt = new Map<string, number>();
  let onNext: (ms: number) => void = () => undefined;
  queue.onOffer(({ run, task, lease, attempt }) => {
    const before = answeredAt.get(run);
    if (before !== undefined) onNext(performance.now() - before);
    answeredAt.delete(run);
    // Runs that are to stay open are known only after they were started.
    setImmediate(() => {
      if (!answering || idle.has(run)) return;
      if (task !== LAST) answeredAt.set(run, performance.now());
      const result = { type: 'success', output: ANSWER } as const;
      void queue.answer({ run, task, lease, attempt, agent: 'WORKER', result });
    });
  });
  const start = async (): Promise<string> => {
    const started = await engine.start({
      workflow: 'bench-chain',
      version: null,
      input: { target_folder: { type: 'text', text: '0UT.3OX' } },
      by: BY,
      key: null,
      origin: null,
    });
    if (started.type !== 'started') throw new Error(JSON.stringify(started));
    return started.view.run;
  };

  return {
    engine,
    queue,
    transitions: () => transitions,
    onNext(listener) {
      onNext = listener;
    },
    async runToEnd() {
      const run = await start();
      await new Promise<void>((resolve) => ends.set(run, resolve));
      ends.delete(run);
    },
    async startIdle() {
      idle.add(await start());
    },
    shown: () => stateFile.flush(),
    async close() {
      await engine.stop();
      await stateFile.close();
      await executionLog.close();
      await journal.close();
      await lock.release();
    },
  };
};
