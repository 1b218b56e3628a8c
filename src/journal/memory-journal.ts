/**
 * The journal in memory: same rules, same hashes, no disk. For tests and for `workflow test`.
 * What a disk does is in the tester's hands: when a sync ends, and whether it fails.
 */
import { archiveName } from './archive.ts';
import { JournalStoppedError, VersionConflictError } from './journal.ts';
import type { ArchivedRuns, ArchiveEntry, Journal, JournalRecord } from './journal.ts';
import { RunArchivedError } from './problems.ts';
import { NO_HASH, encodeRecord } from './record.ts';

/** A journal whose disk can be made to fail. */
export interface MemoryJournal<E> extends Journal<E> {
  /** From now on nothing is acknowledged, as after a failed sync. */
  stop(cause: unknown): void;
  /** Another engine opens what this one has acknowledged, under the next epoch. */
  reopen(): MemoryJournal<E>;
}

/** What {@link createMemoryJournal} may be told. */
export interface MemoryJournalOptions {
  /** Default 1. */
  readonly epoch?: number;
  /** Awaited before a record is acknowledged. Default: at once. */
  readonly sync?: () => Promise<void>;
}

/** Creates an empty journal. */
export const createMemoryJournal = <E>(options: MemoryJournalOptions = {}): MemoryJournal<E> =>
  open({ live: new Map(), archive: new Map(), seq: 0 }, options.epoch ?? 1, options.sync);

interface Held<E> {
  readonly live: Map<string, readonly JournalRecord<E>[]>;
  readonly archive: Map<
    string,
    { readonly entry: ArchiveEntry; readonly records: readonly JournalRecord<E>[] }
  >;
  seq: number;
}

const open = <E>(
  held: Held<E>,
  epoch: number,
  sync: () => Promise<void> = () => Promise.resolve(),
): MemoryJournal<E> => {
  const acknowledged = new Set<JournalRecord<E>>([...held.live.values()].flat());
  let stopped: JournalStoppedError | null = null;
  let pending: Promise<void> = Promise.resolve();
  const stopFor = (cause: unknown): void => {
    stopped ??= new JournalStoppedError('The journal takes no more writes', { cause });
  };
  const assertRunning = (): void => {
    if (stopped !== null) throw stopped;
  };
  /** Waits for the sync that the caller's change needs; what fails stops the journal for good. */
  const synced = async (): Promise<void> => {
    try {
      await (pending = sync());
    } catch (cause) {
      stopFor(cause);
    }
    assertRunning();
  };
  const shown = (records: readonly JournalRecord<E>[]): readonly JournalRecord<E>[] =>
    records.filter((record) => acknowledged.has(record));
  const shownRuns = () => [...held.live].map(([run, records]) => [run, shown(records)] as const);

  return {
    async append({ run, events, cause, at }, expectedVersion) {
      assertRunning();
      const records = held.live.get(run) ?? [];
      if (held.archive.has(run) && records.length === 0) throw new RunArchivedError(run);
      if (records.length !== expectedVersion) {
        throw new VersionConflictError(run, expectedVersion, records.length);
      }
      held.seq += 1;
      const prev = records.at(-1)?.hash ?? NO_HASH;
      const body = { seq: held.seq, epoch, run, version: records.length + 1, at, cause, prev };
      const { hash } = encodeRecord({ ...body, events }, 0);
      const record = { ...body, hash, events };
      held.live.set(run, [...records, record]);
      await synced();
      acknowledged.add(record);
      return record;
    },
    damaged: () => new Map(),
    async *replay() {
      const records = shownRuns().flatMap(([, list]) => list);
      yield* records.sort((left, right) => left.seq - right.seq);
    },
    read: async (run) =>
      shown(held.live.get(run) ?? []).concat(
        held.live.has(run) ? [] : (held.archive.get(run)?.records ?? []),
      ),
    async archive(run, entry) {
      archiveName(run);
      assertRunning();
      const records = held.live.get(run);
      if (records === undefined) {
        if (held.archive.has(run)) return;
        throw new Error(`Run ${run} cannot be archived: the journal does not know it`);
      }
      held.seq += 1;
      held.live.delete(run);
      held.archive.delete(run);
      held.archive.set(run, { entry, records });
      await synced();
    },
    async restore(run) {
      assertRunning();
      const records = held.live.get(run) ?? held.archive.get(run)?.records;
      if (records === undefined) {
        throw new Error(`Run ${run} cannot be restored: it is not in the archive`);
      }
      if (!held.live.has(run)) {
        held.seq += 1;
        held.live.set(run, records);
        for (const record of records) acknowledged.add(record);
      }
      await synced();
      return shown(records);
    },
    archived: archivedIn(held),
    async close() {
      await pending.catch(() => undefined);
      stopped ??= new JournalStoppedError('The journal is closed');
    },
    stop: stopFor,
    reopen() {
      stopped ??= new JournalStoppedError('Another engine has opened the journal');
      const live = new Map(shownRuns().filter(([, records]) => records.length > 0));
      return open({ live, archive: new Map(held.archive), seq: held.seq }, epoch + 1, sync);
    },
  };
};

const archivedIn = ({ live, archive }: Held<unknown>): ArchivedRuns => {
  const all = (): readonly ArchiveEntry[] => [...archive.values()].map(({ entry }) => entry);
  const shown = (): readonly ArchiveEntry[] =>
    all()
      .filter(({ run }) => !live.has(run))
      .sort((a, b) => (a.run > b.run ? -1 : 1));
  const names = ({ run, handle }: ArchiveEntry): readonly string[] =>
    [run, handle].map((name) => name.toLowerCase());
  return {
    has: (run) => archive.has(run) && !live.has(run),
    newest: ({ below } = {}) => shown().filter(({ run }) => below === undefined || run < below),
    named: (reference) => shown().filter((entry) => names(entry).includes(reference.toLowerCase())),
    beginning: (reference) =>
      shown().filter((entry) =>
        names(entry).some((name) => name.startsWith(reference.toLowerCase())),
      ),
    withKey: (key) =>
      all()
        .filter((entry) => entry.key === key)
        .sort((a, b) => b.createdAt - a.createdAt)[0] ?? null,
    hasHandle: (handle) => all().some((entry) => entry.handle === handle),
    counts() {
      const counts = new Map<string, number>();
      for (const { status } of shown()) counts.set(status, (counts.get(status) ?? 0) + 1);
      return counts;
    },
  };
};
