/**
 * Moves finished runs out of memory into the archive once nothing is owed for them any more
 * and they have been quiet for a while, and brings one back when somebody needs it.
 */
import type { RunEvent } from '../engine/events.ts';
import type { RunId } from '../engine/ids.ts';
import type { RunState } from '../engine/state.ts';
import { runLine, viewOf } from '../engine/view.ts';
import type { ArchiveEntry, Journal } from '../journal/journal.ts';
import type { Clock } from '../lib/clock.ts';
import type { Logger } from '../lib/logger.ts';
import type { CommittedRun } from './fold.ts';
import type { Kernel } from './kernel.ts';

export interface Archiver {
  follow(run: CommittedRun): void;
  /** Makes sure a run known to the archive is live again. */
  restore(run: RunId): Promise<void>;
  stop(): Promise<void>;
}

export const createArchiver = (options: {
  readonly journal: Journal<RunEvent>;
  readonly kernel: Kernel;
  readonly clock: Clock;
  readonly logger: Logger;
  /** ms without an event after which a finished run is archived. */
  readonly grace: number;
  /** The run is out of memory, and not in the archive before {@link onArchived}. */
  readonly onLeaving: (run: RunId, entry: ArchiveEntry) => void;
  readonly onArchived: (run: RunId, entry: ArchiveEntry) => void;
}): Archiver => {
  const waiting = new Map<RunId, () => void>();
  let working: Promise<unknown> = Promise.resolve();
  let stopped = false;

  const archive = async (run: RunId): Promise<void> => {
    waiting.delete(run);
    const committed = options.kernel.committed(run);
    if (stopped || committed === null || !isDone(committed.state)) return;
    const entry = entryOf(committed);
    // From here on commands do not find the run: those that want it bring it back through
    // `restore`, which waits for its turn. One that found it a moment ago goes first.
    if (!options.kernel.forget(run)) return;
    options.onLeaving(run, entry);
    await options.journal.archive(run, entry);
    options.onArchived(run, entry);
  };

  return {
    follow({ state }) {
      waiting.get(state.id)?.();
      waiting.delete(state.id);
      if (stopped || !isDone(state)) return;
      const cancel = options.clock.after(options.grace, () => {
        working = working
          .then(() => archive(state.id))
          .catch((error: unknown) =>
            options.logger.error({ run: state.id, err: error }, 'a run could not be archived'),
          );
      });
      waiting.set(state.id, cancel);
    },
    async restore(run) {
      working = working.then(async () => {
        if (options.kernel.committed(run) === null) {
          await options.kernel.load(await options.journal.restore(run));
        }
      });
      await working;
    },
    async stop() {
      stopped = true;
      for (const cancel of waiting.values()) cancel();
      waiting.clear();
      await working;
    },
  };
};

const isDone = (state: RunState): boolean =>
  state.ended !== null && Object.keys(state.pendingEffects).length === 0;

const entryOf = ({ state, version }: CommittedRun): ArchiveEntry => {
  const line = runLine(viewOf(state, { version }));
  return {
    run: state.id,
    handle: state.handle,
    workflow: line.workflow,
    status: line.status,
    reason: line.reason,
    startedBy: line.started_by,
    createdAt: state.createdAt,
    endedAt: state.ended?.at ?? state.updatedAt,
    done: line.progress.done,
    total: line.progress.total,
    key: state.key,
    parent: state.parent === null ? null : { run: state.parent.run, task: state.parent.task },
  };
};
