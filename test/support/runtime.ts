/** An embedded engine on memory twins and a clock that stands still. */
import { createMemoryQueue, type MemoryQueue } from '../../src/agents/memory-queue.ts';
import type { WorkflowDefinition } from '../../src/engine/definition.ts';
import type { RunEvent } from '../../src/engine/events.ts';
import { createMemoryJournal, type MemoryJournal } from '../../src/journal/memory-journal.ts';
import { createManualClock, type ManualClock } from '../../src/lib/manual-clock.ts';
import { silentLogger } from '../../src/lib/logger.ts';
import type { Json } from '../../src/lib/json.ts';
import { startEmbeddedEngine } from '../../src/runtime/embedded-engine.ts';
import type { EmbeddedEngine } from '../../src/runtime/embedded-engine.types.ts';
import type { AgentLimits, AuditLine } from '../../src/runtime/ports.ts';
import { createMemorySecrets, type SecretStore } from '../../src/runtime/secret-store.ts';
import type { Identity } from '../../src/runtime/engine.ts';
import { createMemoryCatalog, entryOf } from '../../src/testing/memory-catalog.ts';
import { createMemoryStation } from '../../src/testing/memory-station.ts';

export interface World {
  readonly engine: EmbeddedEngine;
  readonly journal: MemoryJournal<RunEvent>;
  readonly queue: MemoryQueue;
  readonly clock: ManualClock;
  readonly files: Map<string, string>;
  readonly shown: Map<string, Json>;
  readonly audit: AuditLine[];
  readonly stops: Error[];
  readonly secrets: SecretStore;
  /** Kills the engine and starts another on what was acknowledged. */
  restart(): Promise<World>;
}

export const someone: Identity = {
  user: 'os:ann',
  name: 'ann',
  roles: [],
  channel: null,
  local: true,
};

export interface WorldOptions {
  readonly definitions: readonly WorkflowDefinition[];
  readonly limits?: AgentLimits;
  readonly files?: Readonly<Record<string, string>>;
  readonly archiveAfter?: number;
  /** Awaited before a record is acknowledged. */
  readonly sync?: () => Promise<void>;
  /** What `${secret.NAME}` stands for. */
  readonly secrets?: Readonly<Record<string, string>>;
}

const noLimits: AgentLimits = { limitOf: () => null, limited: () => [] };

export const createWorld = async (options: WorldOptions): Promise<World> =>
  open(
    options,
    createMemoryJournal<RunEvent>(options.sync === undefined ? {} : { sync: options.sync }),
    createManualClock(Date.UTC(2026, 10, 23, 9)),
    options.files ?? {},
    createMemorySecrets(options.secrets),
  );

const open = async (
  options: WorldOptions,
  journal: MemoryJournal<RunEvent>,
  clock: ManualClock,
  files: Readonly<Record<string, string>>,
  secrets: SecretStore,
): Promise<World> => {
  const queue = createMemoryQueue();
  const station = createMemoryStation({ files });
  const stops: Error[] = [];
  let count = 0;
  const engine = await startEmbeddedEngine({
    journal,
    queue,
    catalog: createMemoryCatalog(options.definitions.map((definition) => entryOf(definition))),
    workspace: station.workspace,
    projections: station.projections,
    secrets,
    limits: options.limits ?? noLimits,
    levels: () => ({}),
    clock,
    entropy: () =>
      `${clock.now().toString(36)}${(count += 1).toString(36).padStart(32, '0')}`
        .slice(-40)
        .padStart(40, 'x')
        .split('')
        .reverse()
        .join(''),
    logger: silentLogger,
    archiveAfter: options.archiveAfter ?? 60_000,
    onStopped: (error) => void stops.push(error),
  });
  return {
    engine,
    journal,
    queue,
    clock,
    files: station.files,
    shown: station.shown,
    audit: station.audit,
    stops,
    secrets,
    restart: () =>
      open(options, journal.reopen(), clock, Object.fromEntries(station.files), secrets),
  };
};
