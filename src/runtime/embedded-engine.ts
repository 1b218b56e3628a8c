/**
 * The embedded engine: kernel, reactor, timers, slots and archive put together on a journal
 * and a queue. It owns the order of starting and stopping them; `engine-port.ts` gives faces
 * their view of it. Long because every part is made here once, and the parts know each other here only.
 */
import type { AgentQueue } from '../agents/queue.ts';
import { systemActor } from '../engine/actor.ts';
import type { RunCommand } from '../engine/commands.ts';
import type { RunEvent } from '../engine/events.ts';
import type { RunId } from '../engine/ids.ts';
import { react } from '../engine/react.ts';
import { viewOf } from '../engine/view.ts';
import type { RunView } from '../engine/view.types.ts';
import type { ArchiveEntry, Journal } from '../journal/journal.ts';
import type { Clock } from '../lib/clock.ts';
import type { Logger } from '../lib/logger.ts';
import { createArchiver } from './archiver.ts';
import { createBackground } from './background.ts';
import { failedPostCheck } from './checks.ts';
import { createChildRuns } from './child-runs.ts';
import { createCompensationRuns } from './compensation-runs.ts';
import { createEnginePort } from './engine-port.ts';
import type { DefinitionCatalog, Engine, RunChange } from './engine.ts';
import { createFailureRuns } from './failure-runs.ts';
import { foldRun, recordedEvents, type CommittedRun } from './fold.ts';
import { createFunctions } from './functions/functions.ts';
import { createHandle } from './handles.ts';
import { createKernel, type Commit, type Dispatched } from './kernel.ts';
import type { AgentLimits, Entropy, Levels, Projections, Workspace } from './ports.ts';
import { createMonitoringLog } from './monitoring-log.ts';
import { auditLineOf, stateEntryOf } from './projector.ts';
import { createQueueListener } from './queue-listener.ts';
import { asShown, changeOf, shown } from './shown.ts';
import { createReactor } from './reactor.ts';
import { noNotes, recover, type RecoveryNotes } from './recover.ts';
import type { SecretStore } from './secret-store.ts';
import { createSecrets } from './secrets.ts';
import { createSlots } from './slots.ts';
import { createRunKeys } from './run-keys.ts';
import { createRunGate } from './run-gate.ts';
import { createTimers } from './timers.ts';

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

/**
 * Recovers what the journal holds, settles what agents answered meanwhile and goes on. When that
 * fails, nothing that was begun goes on by itself.
 */
export const startEmbeddedEngine = async (
  options: EmbeddedEngineOptions,
): Promise<EmbeddedEngine> => {
  let stop = (): Promise<void> => Promise.resolve();
  try {
    return await start(options, (how) => {
      stop = how;
    });
  } catch (error) {
    await stop().catch((err: unknown) =>
      options.logger.warn({ err }, 'what had been started could not be stopped well'),
    );
    throw error;
  }
};

const start = async (
  options: EmbeddedEngineOptions,
  stopsBy: (stop: () => Promise<void>) => void,
): Promise<EmbeddedEngine> => {
  const { journal, clock, logger, workspace } = options;
  /** Out of the kernel and not yet in the archive, or left between the two by a disk that refused. */
  const leaving = new Map<string, ArchiveEntry>();
  const isArchived = (run: RunId): boolean => leaving.has(run) || journal.archived.has(run);
  const listeners = new Set<(change: RunChange) => void>();
  let recovered = false;

  const inBackground = createBackground(logger);
  const attempt = (command: RunCommand): void =>
    inBackground(command.run, command.type, () => kernel.dispatch(command));

  const secrets = createSecrets(options.secrets, options);
  const kernel = createKernel({
    journal,
    clock,
    entropy: options.entropy,
    freeSlots: (command) => slots.free(command),
    cover: (command, run) => secrets.cover(command, run),
    onStopped: options.onStopped,
  });
  const slots = createSlots({
    limits: options.limits,
    clock,
    grant: (run, task) => attempt({ type: 'GrantSlot', run, actor: systemActor, task }),
  });
  const gate = createRunGate({
    clock,
    release: (run) => attempt({ type: 'ReleaseRun', run, actor: systemActor }),
  });
  const timers = createTimers({
    clock,
    fire: (run) => attempt({ type: 'FireTimer', run, actor: systemActor }),
  });

  const reactor = createReactor({
    queue: options.queue,
    functions: createFunctions({ workspace, clock }),
    workspace,
    secrets,
    clock,
    logger,
    dispatch: (command) => kernel.dispatch(command),
    stateOf: (run) => kernel.committed(run)?.state ?? null,
    runChecks: async (run) => {
      const committed = kernel.committed(run);
      if (committed === null) return null;
      const view = viewOf(committed.state, { version: committed.version });
      return failedPostCheck(view, committed.state.definition.postChecks, workspace);
    },
    startFailureWorkflow: (effect) => startFailureWorkflow(effect),
    children: () => children,
    compensations: () => compensations,
  });

  const archiver = createArchiver({
    journal,
    kernel,
    clock,
    logger,
    grace: options.archiveAfter,
    onLeaving(run, entry) {
      leaving.set(run, entry);
      forget(run);
      secrets.sweep(kernel);
    },
    onArchived(run, { handle, key }) {
      leaving.delete(run);
      handles.delete(handle);
      if (key !== null) keys.archived(key, run);
    },
  });

  const forget = (run: RunId): void => {
    options.projections.state(run, null);
    for (const module of [reactor, timers, slots, gate]) module.forget(run);
  };

  /** Handles of live runs; the archive knows the others. */
  const handles = new Set<string>();
  const newHandle = (): string => {
    const isTaken = (handle: string): boolean =>
      handles.has(handle) || journal.archived.hasHandle(handle);
    const handle = createHandle(options.entropy(), isTaken);
    handles.add(handle);
    return handle;
  };

  const startFailureWorkflow = createFailureRuns({
    kernel,
    catalog: options.catalog,
    isArchived,
    newHandle,
    secrets,
  });

  const others = {
    dispatch: (command: RunCommand) => dispatch(command),
    async read(run: RunId) {
      const live = kernel.committed(run);
      if (live !== null) return live.state;
      return isArchived(run) ? (foldRun(await journal.read(run))?.state ?? null) : null;
    },
    newHandle,
    inBackground,
  };
  const compensations = createCompensationRuns(others);
  const children = createChildRuns({
    ...others,
    kernel,
    catalog: options.catalog,
    secrets,
  });

  const monitoringLog = createMonitoringLog({ workspace, logger });

  const publish = (decided: Commit): void => {
    const commit = shown(decided);
    if (commit.state.seal !== null) secrets.recorded(commit.state.seal);
    const change = changeOf(commit);
    // The work first: agents go on while it is written down for people.
    follow(commit);
    options.projections.state(commit.state.id, () => stateEntryOf(change.view));
    options.projections.audit(commit.events.map(auditLineOf));
    monitoringLog.follow(commit);
    for (const listener of listeners) listener(change);
  };

  const follow = (commit: CommittedRun | Commit): void => {
    if (!recovered) return;
    reactor.follow(commit.state);
    timers.follow(commit.state);
    archiver.follow(commit);
    if ('before' in commit) {
      children.follow(commit);
      compensations.follow(commit.state);
    }
  };

  /** Of a run that has just come into memory: what is owed, and what people see. */
  const show = ({ state, version }: CommittedRun): void => {
    options.projections.state(state.id, () => stateEntryOf(viewOf(state, { version })));
    follow({ state, version });
  };

  const ensureLive = async (run: RunId): Promise<void> => {
    if (kernel.committed(run) !== null || !isArchived(run)) return;
    await archiver.restore(run);
    leaving.delete(run);
    // Nothing may come of what it was brought back for: it is shown, and archived again, all the same.
    const back = kernel.committed(run);
    if (back !== null) show(back);
  };

  const dispatch = async (command: RunCommand): Promise<Dispatched> => {
    await ensureLive(command.run);
    return kernel.dispatch(command);
  };

  const stop = async (): Promise<void> => {
    timers.stop();
    slots.stop();
    gate.stop();
    // Who begins things first, then who answers; nothing reaches the journal after this.
    await reactor.stop();
    await options.queue.stop();
    await archiver.stop();
    await kernel.stop();
    await Promise.all([monitoringLog.flush(), options.projections.flush()]);
  };
  stopsBy(stop);

  // 1. What is on disk.
  kernel.onDecision((before, after) => {
    slots.observe(before, after);
    gate.observe(after);
  });
  // What was killed before it was written down for people is written down now.
  const audited = options.projections.audited();
  const recovering = await recover({
    journal,
    kernel,
    notes: options.notes ?? noNotes,
    onRecord(record) {
      if (record.seq < audited) return;
      options.projections.audit(recordedEvents(record).map(asShown).map(auditLineOf));
    },
  });
  let latest = 0;
  for (const { state } of kernel.live()) latest = Math.max(latest, state.updatedAt);
  options.onReplayed?.(latest);
  for (const { state } of kernel.live()) handles.add(state.handle);
  const keys = createRunKeys(journal.archived, kernel.live());
  const resumed = [...kernel.live()].filter(({ state }) => state.ended === null);

  // 2. What agents answered while nobody listened, before any task file is written.
  kernel.onCommit(publish);
  slots.start([...kernel.live()].map(({ state }) => state));
  gate.start();
  await options.queue.start(
    createQueueListener({ kernel, dispatch: (command) => kernel.dispatch(command), logger }),
  );

  // 3. What is owed; then the clock.
  secrets.sweep(kernel);
  recovered = true;
  const open = new Set<string>();
  recovering.each(kernel.live(), ({ state }) => {
    for (const effect of react(state)) if (effect.type === 'OfferTask') open.add(effect.lease);
  });
  await options.queue.sweep(open);
  recovering.each(kernel.live(), show);
  children.recover();
  recovering.ended();

  const port = createEnginePort({
    ...options,
    secrets,
    kernel,
    dispatch,
    leaving,
    keys,
    listeners,
    newHandle,
    gate,
  });
  return {
    ...port,
    recovery: {
      get resumed() {
        return resumed.map(({ state, version }) => viewOf(state, { version }));
      },
      quarantined: kernel.quarantined(),
    },
    stop,
  };
};
