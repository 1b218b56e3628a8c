/**
 * What can be asked of runs without an engine: read straight from the journal, which works
 * with the engine alive, dead or stuck. Writes nothing.
 */
import { viewOf } from '../engine/view.ts';
import { whyOf } from '../engine/why.ts';
import { toRunId } from '../engine/ids.ts';
import type { RunEvent } from '../engine/events.ts';
import { parseRunEvent } from '../engine/parse-event.ts';
import { openJournalForReading } from '../journal/reading.ts';
import type { Engine } from '../runtime/engine.ts';
import { foldRecord, foldRun, recordedEvents, type CommittedRun } from '../runtime/fold.ts';
import { resolveReference } from '../runtime/handles.ts';
import { asShown } from '../runtime/shown.ts';
import { linesOf, listedEntry, listedRun, type ListedRun } from '../runtime/run-list.ts';
import { layoutOf } from '../station/layout.ts';

/** The reading half of the Engine port. */
export type ReadEngine = Pick<Engine, 'view' | 'why' | 'list' | 'resolve' | 'events'>;

/** Reads the station at `root`. Every call sees the journal as it is at that moment. */
export const openOfflineEngine = (root: string): ReadEngine => {
  const journal = openJournalForReading<RunEvent>({
    folder: layoutOf(root).workspace,
    parseEvent: parseRunEvent,
  });

  const load = async (run: string): Promise<CommittedRun | null> =>
    toRunId(run) === null ? null : foldRun(await journal.read(run));

  const listed = async (): Promise<readonly ListedRun[]> => {
    const runs = new Map<string, CommittedRun>();
    const unreadable = new Set<string>();
    const { records, archived } = await journal.overview();
    for await (const record of records) {
      if (unreadable.has(record.run)) continue;
      try {
        runs.set(record.run, foldRecord(runs.get(record.run) ?? null, record));
      } catch {
        // A run that makes no sense must not hide the others; asked for by its id, it says why.
        unreadable.add(record.run);
        runs.delete(record.run);
      }
    }
    return [...[...runs.values()].map(listedRun), ...archived.map(listedEntry)];
  };

  return {
    async view(run) {
      const found = await load(run);
      return found === null ? null : viewOf(found.state, { version: found.version });
    },
    async why(run) {
      const found = await load(run);
      return found === null ? null : whyOf(found.state);
    },
    list: async (filter) => linesOf(await listed(), filter),
    resolve: async (reference) => resolveReference(reference, await listed()),
    async events(run) {
      return toRunId(run) === null
        ? []
        : (await journal.read(run)).flatMap(recordedEvents).map(asShown);
    },
  };
};
