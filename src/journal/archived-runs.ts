/** Archived runs as the journal shows them: what index and files say, without the runs that are live. */
import type { Archive } from './archive.ts';
import { linesBeginning, linesNamed, newestOf } from './archive-index.ts';
import type { IndexSource } from './archive-index.ts';
import type { Closing } from './closing.ts';
import type { IndexWriter } from './index-writer.ts';
import type { ArchivedRuns, ArchiveEntry } from './journal.ts';

/** The archive's runs but for those that are live. */
export const archivedRuns = (
  archive: Archive,
  source: IndexSource,
  isLive: (run: string) => boolean,
): Omit<ArchivedRuns, 'counts'> => {
  function* shown(closings: Iterable<Closing>): Generator<ArchiveEntry> {
    for (const { archived } of closings) if (!isLive(archived.run)) yield archived;
  }
  /** What a run's file says, which is what its last line says. */
  const entryOf = (run: string): readonly Closing[] => {
    const closing = archive.closing(run);
    return closing === null ? [] : [closing];
  };
  return {
    has: (run) => !isLive(run) && archive.has(run),
    newest: (query) => shown(newestOf(source, query)),
    named(reference) {
      const ids = new Set([reference, reference.toLowerCase()]);
      const all = [...[...ids].flatMap(entryOf), ...linesNamed(source, 'handles', reference)];
      return [...shown(onePerRun(all))];
    },
    beginning: (reference) => shown(linesBeginning(source, reference)),
    withKey(key) {
      const entries = [...linesNamed(source, 'keys', key)].map(({ archived }) => archived);
      return entries.sort((a, b) => b.createdAt - a.createdAt)[0] ?? null;
    },
    hasHandle: (handle) => source.mayHold(handle),
  };
};

/** How many runs the index lists, by status, less the `live` ones among them, which have files. */
export const countsWithout = (
  live: Iterable<string>,
  archive: Archive,
  { tally, lineOf }: Pick<IndexWriter, 'tally' | 'lineOf'>,
): ReadonlyMap<string, number> => {
  const counts = new Map(tally);
  for (const run of live) {
    const handle = archive.closing(run)?.archived.handle;
    const status = handle === undefined ? undefined : lineOf(run, handle)?.archived.status;
    if (status !== undefined) counts.set(status, (counts.get(status) ?? 0) - 1);
  }
  return counts;
};

/** The first of each run's. */
const onePerRun = (closings: Iterable<Closing>): readonly Closing[] => {
  const first = new Map<string, Closing>();
  for (const closing of closings) {
    const { run } = closing.archived;
    if (!first.has(run)) first.set(run, closing);
  }
  return [...first.values()];
};
