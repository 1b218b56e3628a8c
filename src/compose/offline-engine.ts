/**
 * What can be asked of runs without an engine: read straight from the journal, which works
 * with the engine alive, dead or stuck. Writes nothing.
 */
import { viewOf } from '../engine/view.ts';
import { whyOf } from '../engine/why.ts';
import { toRunId } from '../engine/ids.ts';
import type { RunEvent } from '../engine/events.ts';
import { parseRunEvent } from '../engine/parse-event.ts';
import { createEventReader } from '../engine/read-events.ts';
import { errorCode, errorMessage } from '../lib/error-code.ts';
import { systemFiles } from '../journal/journal-files.ts';
import { openJournalForReading, type Glance, type ListedRuns } from '../journal/reading.ts';
import { parkedRuns } from '../journal/recovery-notes.ts';
import type { Engine, RunFilter } from '../runtime/engine.ts';
import { foldRecord, foldRun, recordedEvents, type CommittedRun } from '../runtime/fold.ts';
import { resolveReference } from '../runtime/handles.ts';
import { asShown } from '../runtime/shown.ts';
import { linesOf, listedRun, rowsOf, type ListedRun, type RunRow } from '../runtime/run-list.ts';
import { listedParked, startIn, type ParkedRun } from '../runtime/parked.ts';
import { glancedRun } from './glanced-run.ts';
import { layoutOf } from '../station/layout.ts';

/** The reading half of the Engine port. */
export interface ReadEngine extends Pick<Engine, 'view' | 'why' | 'list' | 'resolve' | 'events'> {
  /** The list with what a table shows besides, from one look at the journal. */
  rows(filter: RunFilter): Promise<readonly RunRow[]>;
}

/** Runs of one look. */
interface LookedAt {
  readonly here: readonly ListedRun[];
  readonly archived: ListedRuns;
}

/**
 * Reads the station at `root`. Every call sees the journal as it is at that moment. `onDamage` is told
 * when there is more in the journal than can be read: what is shown is then not all, and may be old.
 */
export const openOfflineEngine = (
  root: string,
  onDamage: (what: string) => void = () => undefined,
): ReadEngine => {
  const folder = layoutOf(root).workspace;
  const journal = openJournalForReading<RunEvent>({
    folder,
    parseEvent: parseRunEvent,
    readEvents: createEventReader(),
  });

  const load = async (run: string): Promise<CommittedRun | null> =>
    toRunId(run) === null ? null : foldRun(await journal.read(run));

  const tellDamage = (damage: Glance<RunEvent>['damage']): void => {
    if (damage === null) return;
    const { name, offset, what } = damage;
    onDamage(
      `The journal is damaged at ${name}, byte ${offset} (${what}): nothing after that is shown. workflow doctor says what to do`,
    );
  };

  /** What can be said of runs of which only a few are looked at; once more when an engine compacts meanwhile. */
  const fromFew = async <T>(say: (runs: LookedAt) => T): Promise<T> => {
    for (let tries = 4; ; tries -= 1) {
      const glance = await journal.glance();
      const parked = parkedRuns(folder, systemFiles);
      const here = [...glance.live].map(([run, why]) =>
        glancedRun(run, why ?? parked.get(run) ?? null, glance),
      );
      for (const [run, why] of parked) {
        if (!glance.live.has(run)) here.push(listedParked({ run, why, started: null }));
      }
      try {
        const said = say({ here, archived: glance.archived });
        tellDamage(glance.damage);
        return said;
      } catch (error) {
        if (tries === 0 || errorCode(error) !== 'ENOENT') throw error;
      }
    }
  };

  /** All live runs folded, in one go. */
  const all = async (): Promise<LookedAt> => {
    const runs = new Map<string, CommittedRun>();
    const starts = new Map<string, ParkedRun['started']>();
    const left = new Map(parkedRuns(folder, systemFiles));
    const { records, archived, damaged, damage } = await journal.overview();
    tellDamage(damage);
    for await (const record of records) {
      const { run } = record;
      if (record.version === 1) starts.set(run, startIn(record));
      if (left.has(run)) continue;
      try {
        runs.set(run, foldRecord(runs.get(run) ?? null, record));
      } catch (error) {
        // A run that makes no sense must not hide the others.
        left.set(run, errorMessage(error));
      }
    }
    for (const [run, why] of damaged()) left.set(run, why);
    for (const run of left.keys()) runs.delete(run);
    const parked = [...left].map(([run, why]) => ({ run, why, started: starts.get(run) ?? null }));
    return { here: [...[...runs.values()].map(listedRun), ...parked.map(listedParked)], archived };
  };

  /** A run's status and age are known once it is folded: who asks for them has all runs folded. */
  const looking = async <T>(
    { status, since }: RunFilter,
    say: (runs: LookedAt) => T,
  ): Promise<T> => (status === undefined && since === undefined ? fromFew(say) : say(await all()));

  return {
    async view(run) {
      const found = await load(run);
      return found === null ? null : viewOf(found.state, { version: found.version });
    },
    async why(run) {
      const found = await load(run);
      return found === null ? null : whyOf(found.state);
    },
    list: (filter) => looking(filter, (runs) => linesOf(runs, filter)),
    rows: (filter) => looking(filter, (runs) => rowsOf(runs, filter)),
    resolve: (reference) =>
      fromFew(({ here, archived }) => resolveReference(reference, here, archived)),
    async events(run) {
      return toRunId(run) === null
        ? []
        : (await journal.read(run)).flatMap(recordedEvents).map(asShown);
    },
  };
};
