/**
 * The kernel: one state per live run, one decision at a time, recorded before it counts.
 *
 * The kernel owns the order of decisions and what is acknowledged; `engine/` owns what a
 * decision is, the journal owns the disk, the reactor owns the world.
 *
 * I1: listeners (and so effects) hear of events only after `append` resolved.
 * I4: decisions on a run are made one after the other, on the state that includes every
 *     earlier one, whether it is on disk yet or not; nothing of it is shown before it is.
 */
import { errorMessage } from '../lib/error-code.ts';
import { decide, type Decision } from '../engine/decide.ts';
import { initialState } from '../engine/initial-state.ts';
import type { DecideContext, Rejection, RunCommand } from '../engine/commands.ts';
import type { RecordedEvent, RunEvent } from '../engine/events.ts';
import type { RunId } from '../engine/ids.ts';
import type { RunState } from '../engine/state.ts';
import type { Journal, JournalRecord } from '../journal/journal.ts';
import type { Clock } from '../lib/clock.ts';
import { foldRecord, recordedEvents, type CommittedRun } from './fold.ts';
import { startIn, type ParkedRun } from './parked.ts';
import type { Entropy } from './ports.ts';

export interface Commit extends CommittedRun {
  /** State before, or null for a new run. */
  readonly before: RunState | null;
  readonly events: readonly RecordedEvent[];
}

export type Dispatched = { readonly type: 'accepted'; readonly commit: Commit } | Rejection;

/** The engine accepts nothing more: the journal failed. Reads still work. */
export class EngineStoppedError extends Error {
  override readonly name = 'EngineStoppedError';
  readonly code = 'ENGINE_STOPPED';
}

export interface Kernel {
  /** Resolves after the decision is on disk. @throws EngineStoppedError */
  dispatch(command: RunCommand): Promise<Dispatched>;
  /** What is on disk of a live run, or null. */
  committed(run: RunId): CommittedRun | null;
  live(): IterableIterator<CommittedRun>;
  /** Puts replayed records in memory: recovery and restored runs. A run that cannot be folded is quarantined. */
  load(
    records: Iterable<JournalRecord<RunEvent>> | AsyncIterable<JournalRecord<RunEvent>>,
  ): Promise<void>;
  /** Leaves a run alone from now on. */
  park(run: string, why: string): void;
  /** Takes a finished run out of memory; not one about which something is decided and not on disk yet. */
  forget(run: RunId): boolean;
  quarantined(): ReadonlyMap<string, string>;
  parked(): readonly ParkedRun[];
  /** Called for every commit, in order. */
  onCommit(listener: (commit: Commit) => void): void;
  /** Called synchronously for every decision, before it is on disk: for counting slots only. */
  onDecision(listener: (before: RunState | null, after: RunState) => void): void;
  /** Takes no more commands; resolves when what was decided is on disk. */
  stop(): Promise<void>;
  readonly stopped: Error | null;
}

interface LiveRun {
  head: RunState;
  headVersion: number;
  committed: CommittedRun | null;
  /** Settles when everything decided so far is on disk. */
  settled: Promise<unknown>;
}

export interface KernelOptions {
  readonly journal: Journal<RunEvent>;
  readonly clock: Clock;
  readonly entropy: Entropy;
  /** Free slots of agents with a limit, for one command. */
  readonly freeSlots: (command: RunCommand) => DecideContext['freeSlots'];
  /** Takes out of a command what must not be journaled. */
  readonly cover: (command: RunCommand, run: RunState | null) => RunCommand;
  readonly onStopped: (error: Error) => void;
}

export const createKernel = (options: KernelOptions): Kernel => {
  const runs = new Map<RunId, LiveRun>();
  const quarantine = new Map<string, string>();
  /** How quarantined runs began. */
  const starts = new Map<string, ParkedRun['started']>();
  const commitListeners: ((commit: Commit) => void)[] = [];
  const decisionListeners: ((before: RunState | null, after: RunState) => void)[] = [];
  let stopped: Error | null = null;

  const stop = (cause: unknown): EngineStoppedError => {
    const error = new EngineStoppedError(
      `The engine takes no more commands; nothing acknowledged is lost. ${errorMessage(cause)}`,
      { cause },
    );
    if (stopped === null) {
      stopped = error;
      options.onStopped(error);
    }
    return error;
  };

  const decideNow = (command: RunCommand, now: number): Decision =>
    decide(command, runs.get(command.run)?.head ?? initialState, {
      now,
      entropy: options.entropy(),
      freeSlots: options.freeSlots(command),
    });

  const dispatch = async (asked: RunCommand): Promise<Dispatched> => {
    const command = options.cover(asked, runs.get(asked.run)?.head ?? null);
    if (stopped !== null) throw stopped;
    const parked = quarantine.get(command.run);
    if (parked !== undefined) return quarantinedRejection(command.run, parked);

    // 1. Decide on everything decided so far.
    const run = runs.get(command.run);
    const before = run?.head ?? null;
    const now = options.clock.now();
    const decision = decideNow(command, now);
    if (decision.type === 'rejected') return decision;
    if (decision.events.length === 0) return unchanged(command.run, run);

    // 2. Take the decision in memory, so that the next one builds on it.
    const { state } = decision;
    const version = (run?.headVersion ?? 0) + 1;
    const live: LiveRun = run ?? {
      head: state,
      headVersion: 0,
      committed: null,
      settled: Promise.resolve(),
    };
    const append = options.journal.append(
      {
        run: command.run,
        events: decision.events,
        cause: `${command.type} by ${command.actor.id}`,
        at: now,
      },
      live.headVersion,
    );
    live.head = state;
    live.headVersion = version;
    // Not the record itself: it would be kept as long as the run.
    live.settled = append.then(nothing, nothing);
    runs.set(command.run, live);
    for (const listener of decisionListeners) listener(before, state);

    // 3. Only what is on disk is acknowledged and shown.
    let record: JournalRecord<RunEvent>;
    try {
      record = await append;
    } catch (error) {
      throw stop(error);
    }
    live.committed = { state, version };
    const commit: Commit = { before, state, version, events: recordedEvents(record) };
    for (const listener of commitListeners) listener(commit);
    return { type: 'accepted', commit };
  };

  /** Nothing to record; but what the answer rests on may still be on its way to the disk. */
  const unchanged = async (id: RunId, run: LiveRun | undefined): Promise<Dispatched> => {
    await run?.settled;
    if (stopped !== null) throw stopped;
    const committed = run?.committed;
    if (committed === null || committed === undefined) {
      throw new Error(`A command on run ${id} was accepted without events before the run existed`);
    }
    return {
      type: 'accepted',
      commit: { before: committed.state, ...committed, events: [] },
    };
  };

  return {
    dispatch,
    committed: (run) => runs.get(run)?.committed ?? null,
    *live() {
      for (const run of runs.values()) if (run.committed !== null) yield run.committed;
    },
    async load(records) {
      const folded = new Map<string, CommittedRun>();
      for await (const record of records) {
        if (record.version === 1) starts.set(record.run, startIn(record));
        if (quarantine.has(record.run)) continue;
        try {
          folded.set(record.run, foldRecord(folded.get(record.run) ?? null, record));
        } catch (error) {
          quarantine.set(record.run, errorMessage(error));
          folded.delete(record.run);
        }
      }
      for (const run of starts.keys()) if (!quarantine.has(run)) starts.delete(run);
      for (const run of folded.values()) {
        runs.set(run.state.id, loaded(run));
        for (const listener of decisionListeners) listener(null, run.state);
      }
    },
    forget(run) {
      const live = runs.get(run);
      return live !== undefined && live.head === live.committed?.state && runs.delete(run);
    },
    quarantined: () => quarantine,
    parked: () =>
      [...quarantine].map(([run, why]) => ({ run, why, started: starts.get(run) ?? null })),
    park(run, why) {
      quarantine.set(run, why);
      for (const id of runs.keys()) if (id === run) runs.delete(id);
    },
    onCommit: (listener) => void commitListeners.push(listener),
    onDecision: (listener) => void decisionListeners.push(listener),
    async stop() {
      stopped ??= new EngineStoppedError('The engine takes no more commands: it was stopped');
      await Promise.all([...runs.values()].map(({ settled }) => settled));
    },
    get stopped() {
      return stopped;
    },
  };
};

const nothing = (): void => undefined;

/** A head state whose records are on disk, for runs read back from the journal. */
const loaded = (run: CommittedRun): LiveRun => ({
  head: run.state,
  headVersion: run.version,
  committed: run,
  settled: Promise.resolve(),
});

const quarantinedRejection = (run: string, why: string): Rejection => ({
  type: 'rejected',
  kind: 'refused',
  code: 'RUN_QUARANTINED',
  message: `Run ${run} is parked: ${why}`,
  hint: 'workflow audit verify shows where; the other runs go on',
});
