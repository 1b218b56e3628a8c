import { toRunId, type RunId } from '../engine/ids.ts';
import type { ArchiveEntry } from '../journal/journal.ts';
import type { CommittedRun } from './fold.ts';

/** The run each idempotency key stands for; of several with one key the one that was made last. */
export const runsByKey = (
  archived: Iterable<ArchiveEntry>,
  live: Iterable<CommittedRun>,
): ReadonlyMap<string, RunId> => {
  const all = [
    ...[...archived].map(({ key, run, createdAt }) => ({ key, run: toRunId(run), createdAt })),
    ...[...live].map(({ state: { key, id, createdAt } }) => ({ key, run: id, createdAt })),
  ].sort((a, b) => a.createdAt - b.createdAt);
  return new Map(all.flatMap(({ key, run }) => (key === null || run === null ? [] : [[key, run]])));
};
