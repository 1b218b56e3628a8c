/**
 * An engine opened on a station: lock, journal, queue, catalog, agent host, in the order in
 * which each may be used, and closed in the opposite one.
 */
import { join } from 'node:path';
import { superviseAgentHost } from '../agents/host/supervise.ts';
import { createFileQueue } from '../agents/file-queue/file-queue.ts';
import { readRegistry } from '../agents/registry.ts';
import type { Config } from '../config.ts';
import { createCatalog } from '../definition/catalog.ts';
import { createExecutionLog } from '../journal/execution-log.ts';
import { recoveryNotes } from '../journal/recovery-notes.ts';
import { createStateFile } from '../journal/state-file.ts';
import type { Clock } from '../lib/clock.ts';
import type { Host } from '../lib/host/host.ts';
import { systemHost } from '../lib/host/system-host.ts';
import type { Logger } from '../lib/logger.ts';
import { createSteadyClock } from '../lib/steady-clock.ts';
import { createTrouble } from '../lib/trouble.ts';
import { undoAll } from '../lib/undo-all.ts';
import { startEmbeddedEngine } from '../runtime/embedded-engine.ts';
import type { EmbeddedEngine } from '../runtime/embedded-engine.types.ts';
import { createEntropy } from '../runtime/entropy.ts';
import { layoutOf, type StationLayout } from '../station/layout.ts';
import { openSecretStore } from '../station/secret-store.ts';
import { readSettings, type Settings } from '../station/settings.ts';
import { createWorkspace } from '../station/workspace.ts';
import { limitsOf } from './agent-limits.ts';
import { takeStation } from './take-station.ts';
import type { JournalSizes } from './take-station.ts';
import { projectFolder } from '../lib/project-folder.ts';

export interface OpenEngineOptions {
  /** The station's folder. */
  readonly station: string;
  readonly config: Pick<Config, 'secrets'>;
  readonly logger: Logger;
  /** `supervised`: agents run in a process of their own; `none`: somebody else runs them. */
  readonly agents: 'supervised' | 'none';
  /** Where the engine can be reached, for the lock file; null when nowhere. */
  readonly address: string | null;
  /** Folders with definitions besides the usual ones. */
  readonly workflowFolders?: readonly string[];
  /** Told when the engine takes no more commands. */
  readonly onStopped?: (error: Error) => void;
  /** The machine, unless a test puts one of its own under everything. */
  readonly host?: Host;
  /** When the journal begins a new file and is compacted, unless as always. */
  readonly journal?: JournalSizes;
}

export interface OpenEngine {
  readonly engine: EmbeddedEngine;
  readonly settings: Settings;
  readonly layout: StationLayout;
  /** Time as the engine has it: it never goes back. */
  readonly clock: Clock;
  /** Tells how many ms each sync of the journal took. Returns how to stop it. */
  readonly onSync: (listener: (duration: number) => void) => () => void;
  stop(): Promise<void>;
}

/**
 * @throws LockedError when another engine serves the station, SettingsError and RegistryError
 *   when its files cannot be used, JournalDamagedError when its history cannot be trusted.
 */
export const openEngine = async (options: OpenEngineOptions): Promise<OpenEngine> => {
  const { logger } = options;
  const machine = options.host ?? systemHost;
  const clock = createSteadyClock(machine.clock);
  const layout = layoutOf(options.station);
  const syncListeners = new Set<(duration: number) => void>();
  const undo: (() => Promise<void> | void)[] = [];
  const close = (): Promise<void> => undoAll(undo);

  try {
    // 1. What people configured.
    // Made before anybody else does, who would let others look in.
    for (const folder of [layout.workspace, ...layout.ownFolders]) machine.files.makeFolder(folder);
    const settings = await readSettings(layout.settings, machine.files);
    const registry = await readRegistry(layout.agents, machine.files);

    // 2. The station is ours alone, and with it the truth.
    const { lock, journal, host } = await takeStation({
      folder: layout.workspace,
      address: options.address,
      host: { ...machine, clock },
      sizes: options.journal ?? {},
      onLost: (error) => options.onStopped?.(error),
      onReport: (problem) => logger.warn({ problem }, 'the journal was mended when it was opened'),
      onSync(duration) {
        for (const listener of syncListeners) listener(duration);
      },
    });
    const { files } = host;
    undo.push(() => lock.release());
    undo.push(() => journal.close());

    // 3. What is shown of it.
    const ofState = createTrouble(layout.stateFile, logger, machine.clock);
    const stateFile = createStateFile({
      path: layout.stateFile,
      host,
      settle: 100,
      paused: true,
      onError: ofState.failed,
      onWritten: ofState.worked,
    });
    undo.push(() => stateFile.close());
    const ofLog = createTrouble(layout.executionLog, logger, machine.clock);
    const executionLog = createExecutionLog({
      path: layout.executionLog,
      files,
      limits: {
        bytes: settings.limits.execution_log_bytes,
        kept: settings.limits.execution_logs,
      },
      onError: ofLog.failed,
      onWritten: ofLog.worked,
    });
    undo.push(() => executionLog.close());

    // 4. The engine: recovers, settles answers, goes on.
    const catalog = createCatalog({
      root: options.station,
      files,
      folders: [
        join(projectFolder(), 'workflows'),
        layout.workflows,
        ...settings.workflow_folders.map((folder) => join(options.station, folder)),
        ...(options.workflowFolders ?? []),
      ],
    });
    const engine = await startEmbeddedEngine({
      journal,
      queue: createFileQueue({
        station: options.station,
        host,
        logger,
        registry,
        limits: { answer: settings.limits.max_file_bytes },
      }),
      catalog,
      workspace: createWorkspace(options.station, host),
      projections: {
        state: (run, entry) => stateFile.update(run, entry),
        audited: () => executionLog.last(),
        audit: (lines) => executionLog.append(lines),
        async flush() {
          await Promise.all([stateFile.flush(), executionLog.flush()]);
        },
      },
      secrets: openSecretStore({ layout, environment: options.config.secrets, logger, host }),
      limits: limitsOf(registry),
      levels: () => settings.levels,
      clock,
      entropy: createEntropy(host),
      logger,
      archiveAfter: settings.limits.archive_after * 1_000,
      notes: recoveryNotes(layout.workspace, files),
      onReplayed(at) {
        const behind = clock.notBefore(at);
        if (behind > 1_000) logger.warn({ behind }, CLOCK_BEHIND);
      },
      onStopped: (error) => options.onStopped?.(error),
    });
    undo.push(() => engine.stop());
    stateFile.resume();

    // 5. Those who do the work.
    if (options.agents === 'supervised') {
      const supervised = await superviseAgentHost({ station: options.station, logger, clock });
      undo.push(() => supervised.stop());
    }
    return {
      engine,
      settings,
      layout,
      clock,
      onSync(listener) {
        syncListeners.add(listener);
        return () => void syncListeners.delete(listener);
      },
      stop: close,
    };
  } catch (error) {
    await close().catch((err: unknown) =>
      logger.warn({ err }, 'what had been opened could not be closed well'),
    );
    throw error;
  }
};

const CLOCK_BEHIND =
  "the machine's clock is behind the last record (`behind` ms); time goes on from that record until the clock has caught up";
