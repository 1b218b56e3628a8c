/**
 * What is on disk, back in memory, run by run where that is called for.
 *
 * A history that makes no sense parks its run at once. A run that takes the whole engine down can
 * only be found by those who come after: each start notes that it has begun and that it has ended
 * well. When the one before did not, this one notes which run it is at; the run at which three
 * starts in a row went down, two of them under watch, is parked and the rest go on.
 */
import type { RunEvent } from '../engine/events.ts';
import type { Journal, JournalRecord } from '../journal/journal.ts';
import type { Kernel } from './kernel.ts';

/** Notes that survive a crash of the engine. */
export interface RecoveryNotes {
  /** A start begins. `watch`: the one before did not end. `parked`: runs to leave alone, and why. */
  begin(): { readonly watch: boolean; readonly parked: ReadonlyMap<string, string> };
  /** The start is at this run now, or at none. */
  at(run: string | null): void;
  /** The start has ended well. */
  end(): void;
}

/** For engines whose crashes nobody has to survive. */
export const noNotes: RecoveryNotes = {
  begin: () => ({ watch: false, parked: new Map() }),
  at: () => undefined,
  end: () => undefined,
};

export interface Recovering {
  /** Does `work` for each run, so that a crash in it is laid at that run's door. */
  each<Run extends { readonly state: { readonly id: string } }>(
    runs: Iterable<Run>,
    work: (run: Run) => void,
  ): void;
  ended(): void;
}

/** Loads what the journal holds into the kernel. */
export const recover = async (options: {
  readonly journal: Journal<RunEvent>;
  readonly kernel: Kernel;
  readonly notes: RecoveryNotes;
  /** Shown every record of live runs, in the order in which they were written. */
  readonly onRecord?: (record: JournalRecord<RunEvent>) => void;
}): Promise<Recovering> => {
  const { journal, kernel, notes, onRecord = () => undefined } = options;
  const { watch, parked } = notes.begin();
  for (const [run, why] of parked) kernel.park(run, why);
  if (watch) {
    // Each run's records are read for themselves: all of them at once may be what was too much.
    const runs = new Set<string>();
    for await (const record of watched(journal.replay(), onRecord)) runs.add(record.run);
    for (const run of runs) {
      if (journal.damaged().has(run)) continue;
      notes.at(run);
      await kernel.load(await journal.read(run));
    }
    notes.at(null);
  } else await kernel.load(watched(journal.replay(), onRecord));
  for (const [run, why] of journal.damaged()) kernel.park(run, why);
  return {
    each(runs, work) {
      for (const run of runs) {
        if (watch) notes.at(run.state.id);
        work(run);
      }
      if (watch) notes.at(null);
    },
    ended: () => notes.end(),
  };
};

async function* watched<T>(all: AsyncIterable<T>, onEach: (one: T) => void): AsyncGenerator<T> {
  for await (const one of all) {
    onEach(one);
    yield one;
  }
}
