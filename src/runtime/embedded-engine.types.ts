/** What the embedded engine is made of, and what it is. */
import type { AgentQueue } from '../agents/queue.ts';
import type { RunEvent } from '../engine/events.ts';
import type { RunView } from '../engine/view.types.ts';
import type { Journal } from '../journal/journal.ts';
import type { Clock } from '../lib/clock.ts';
import type { Logger } from '../lib/logger.ts';
import type { DefinitionCatalog, Engine } from './engine.ts';
import type { AgentLimits, Entropy, Levels, Projections, Workspace } from './ports.ts';
import type { RecoveryNotes } from './recover.ts';
import type { SecretStore } from './secret-store.ts';

export interface EmbeddedEngineOptions {
  readonly journal: Journal<RunEvent>;
  readonly queue: AgentQueue;
  readonly catalog: DefinitionCatalog;
  readonly workspace: Workspace;
  readonly projections: Projections;
  readonly secrets: SecretStore;
  readonly limits: AgentLimits;
  readonly levels: () => Levels;
  readonly clock: Clock;
  readonly entropy: Entropy;
  readonly logger: Logger;
  /** ms a finished run stays in memory after its last event. */
  readonly archiveAfter: number;
  /** What survives a crash of the engine while it starts. Default: nothing does. */
  readonly notes?: RecoveryNotes;
  /** Told how far history has come (ms since the epoch), before anything is decided on it. */
  readonly onReplayed?: (at: number) => void;
  /** The journal failed: nothing more is accepted. */
  readonly onStopped: (error: Error) => void;
}

/** What was found when the engine started. */
export interface Recovery {
  /** Runs that go on. */
  readonly resumed: readonly RunView[];
  /** Runs that are left alone, and why. */
  readonly quarantined: ReadonlyMap<string, string>;
}

export interface EmbeddedEngine extends Engine {
  readonly recovery: Recovery;
  /** Stops taking commands and waits for what is under way; the journal stays open. */
  stop(): Promise<void>;
}
