/**
 * The embedded engine: kernel, reactor, timers, slots and archive put together on a journal
 * and a queue. It owns the order of starting and stopping them; `engine-port.ts` gives faces
 * their view of it, and `publisher.ts` shows people what happens. Every part is made here, once.
 */
import { systemActor } from '../engine/actor.ts';
import type { RunCommand } from '../engine/commands.ts';
import type { RunId } from '../engine/ids.ts';
import { react } from '../engine/react.ts';
import { viewOf } from '../engine/view.ts';
import type { ArchiveEntry } from '../journal/journal.ts';
import { createArchiver } from './archiver.ts';
import { createBackground } from './background.ts';
import { postChecksOn } from './checks.ts';
import { createEnginePort } from './engine-port.ts';
import type { EmbeddedEngine, EmbeddedEngineOptions } from './embedded-engine.types.ts';
import type { CommittedRun } from './fold.ts';
import { createFunctions } from './functions/functions.ts';
import { createHandles } from './handles.ts';
import { createKernel, type Commit, type Dispatched } from './kernel.ts';
import { createQueueListener } from './queue-listener.ts';
import { createPublisher } from './publisher.ts';
import { shown } from './shown.ts';
import { createReactor } from './reactor.ts';
import { createRelatedRuns } from './related-runs.ts';
import { noNotes, recover } from './recover.ts';
import { createSecrets } from './secrets.ts';
import { createSlots } from './slots.ts';
import { createRunKeys } from './run-keys.ts';
import { createRunGate } from './run-gate.ts';
import { createTimers } from './timers.ts';

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
  const publisher = createPublisher(options);
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
  const gate = createRunGate(journal.archived, {
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
    runChecks: postChecksOn(kernel, workspace),
    startFailureWorkflow: (effect) => related.startFailureWorkflow(effect),
    children: () => related.children,
    compensations: () => related.compensations,
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
    for (const module of [publisher, reactor, timers, slots, gate]) module.forget(run);
  };

  const handles = createHandles(options.entropy, journal.archived);
  const newHandle = (): string => handles.next();

  const related = createRelatedRuns({
    kernel,
    journal,
    catalog: options.catalog,
    secrets,
    isArchived,
    newHandle,
    inBackground,
    dispatch: (command) => dispatch(command),
  });

  const publish = (decided: Commit): void => {
    const commit = shown(decided);
    if (commit.state.seal !== null) secrets.recorded(commit.state.seal);
    // The work first: agents go on while it is written down for people.
    follow(commit);
    publisher.commit(commit);
  };

  const follow = (commit: CommittedRun | Commit): void => {
    if (!recovered) return;
    reactor.follow(commit.state);
    timers.follow(commit.state);
    archiver.follow(commit);
    if ('before' in commit) related.follow(commit);
  };

  /** Of a run that has just come into memory: what is owed, and what people see. */
  const show = (run: CommittedRun): void => {
    publisher.state(run);
    follow(run);
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
    await publisher.flush();
  };
  stopsBy(stop);

  // 1. What is on disk.
  kernel.onDecision((before, after) => {
    slots.observe(before, after);
    gate.observe(after);
  });
  const recovering = await recover({
    journal,
    kernel,
    notes: options.notes ?? noNotes,
    onRecord: publisher.catchUp(),
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
  related.children.recover();
  recovering.ended();

  const port = createEnginePort({
    ...options,
    secrets,
    kernel,
    dispatch,
    leaving,
    keys,
    listeners: publisher.listeners,
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
