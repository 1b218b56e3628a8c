/** An embedded engine on memory twins and a clock that stands still. */
import { createMemoryQueue, type MemoryQueue } from '../../src/agents/memory-queue.ts';
import type { WorkflowDefinition } from '../../src/engine/definition.ts';
import type { RunEvent } from '../../src/engine/events.ts';
import { createMemoryJournal, type MemoryJournal } from '../../src/journal/memory-journal.ts';
import { createManualClock, type ManualClock } from '../../src/lib/manual-clock.ts';
import { silentLogger } from '../../src/lib/logger.ts';
import type { Json } from '../../src/lib/json.ts';
import { startEmbeddedEngine, type EmbeddedEngine } from '../../src/runtime/embedded-engine.ts';
import type { AgentLimits, AuditLine, Workspace } from '../../src/runtime/ports.ts';
import type { DefinitionCatalog, Identity } from '../../src/runtime/engine.ts';

export interface World {
  readonly engine: EmbeddedEngine;
  readonly journal: MemoryJournal<RunEvent>;
  readonly queue: MemoryQueue;
  readonly clock: ManualClock;
  readonly files: Map<string, string>;
  readonly shown: Map<string, Json>;
  readonly audit: AuditLine[];
  readonly stops: Error[];
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
}

const noLimits: AgentLimits = { limitOf: () => null, limited: () => [] };

export const createWorld = async (options: WorldOptions): Promise<World> =>
  open(
    options,
    createMemoryJournal<RunEvent>(),
    createManualClock(Date.UTC(2026, 10, 23, 9)),
    new Map(Object.entries(options.files ?? {})),
  );

const open = async (
  options: WorldOptions,
  journal: MemoryJournal<RunEvent>,
  clock: ManualClock,
  files: Map<string, string>,
): Promise<World> => {
  const queue = createMemoryQueue();
  const shown = new Map<string, Json>();
  const audit: AuditLine[] = [];
  const stops: Error[] = [];
  let count = 0;
  const engine = await startEmbeddedEngine({
    journal,
    queue,
    catalog: catalogOf(options.definitions),
    workspace: workspaceOn(files),
    projections: {
      state: (run, entry) => void (entry === null ? shown.delete(run) : shown.set(run, entry)),
      audit: (lines) => void audit.push(...lines),
      flush: async () => undefined,
    },
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
    files,
    shown,
    audit,
    stops,
    restart: () => open(options, journal.reopen(), clock, files),
  };
};

const catalogOf = (definitions: readonly WorkflowDefinition[]): DefinitionCatalog => {
  const entries = definitions.map((definition) => ({
    definition,
    sha256: 'a'.repeat(64),
    file: `workflows/${definition.id}.workflow.yaml`,
  }));
  return {
    list: async () => entries,
    find: async (id) => entries.find(({ definition }) => definition.id === id) ?? null,
    problems: async () => [],
  };
};

const workspaceOn = (files: Map<string, string>): Workspace => ({
  exists: async (path) =>
    [...files.keys()].some((file) => file === path || file.startsWith(`${path}/`)),
  writable: async () => true,
  write: async (path, text) => void files.set(path, text),
  appendLine: async (path, line) => void files.set(path, `${files.get(path) ?? ''}${line}\n`),
  read: async (path) => files.get(path) ?? null,
});
