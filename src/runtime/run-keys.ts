/**
 * The run each idempotency key stands for; of several with one key the one that was made last.
 * Keys of archived runs are asked of the archive and not kept here.
 */
import { toRunId, type RunId } from '../engine/ids.ts';
import type { ArchivedRuns } from '../journal/journal.ts';
import type { CommittedRun } from './fold.ts';

export interface RunKeys {
  /** The run, or null when its start came to nothing; undefined for a key nobody used. The same promise until it is set anew. */
  get(key: string): Promise<RunId | null> | undefined;
  set(key: string, run: Promise<RunId | null>): void;
  delete(key: string): void;
  /** The run is in the archive. */
  archived(key: string, run: RunId): void;
}

export const createRunKeys = (
  archive: Pick<ArchivedRuns, 'withKey'>,
  live: Iterable<CommittedRun>,
): RunKeys => {
  const known = new Map<string, Promise<RunId | null>>();
  const oldestFirst = [...live].map(({ state }) => state).sort((a, b) => a.createdAt - b.createdAt);
  for (const { key, id, createdAt } of oldestFirst) {
    if (key === null) continue;
    const archived = archive.withKey(key);
    if (archived === null || archived.createdAt <= createdAt) known.set(key, Promise.resolve(id));
  }
  return {
    get(key) {
      const found = known.get(key);
      if (found !== undefined) return found;
      const run = toRunId(archive.withKey(key)?.run ?? '');
      if (run === null) return undefined;
      const archived = Promise.resolve(run);
      known.set(key, archived);
      return archived;
    },
    set: (key, run) => void known.set(key, run),
    delete: (key) => void known.delete(key),
    archived(key, run) {
      const found = known.get(key);
      // Not one that a newer start has reserved.
      void found?.then((now) => {
        if (now === run && known.get(key) === found) known.delete(key);
      });
    },
  };
};
