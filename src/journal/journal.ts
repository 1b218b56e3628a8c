/**
 * The journal port: the truth about every run, append-only.
 *
 * The journal owns order (`seq`, `version`), durability and the hash chain; it knows
 * nothing of what an event means. I1: `append` resolves only after the record is on disk.
 * I4: every record carries the epoch of the lock under which it was written.
 */

/** All events of one decision: after a crash either all of them are there or none. */
export interface JournalRecord<E> {
  /** Position in this journal, from 1, without gaps. */
  readonly seq: number;
  /** Fencing epoch of the engine that wrote it. */
  readonly epoch: number;
  readonly run: string;
  /** The run's version after this record: 1 for its first. One record is one version. */
  readonly version: number;
  /** Milliseconds since the Unix epoch. For people and deadlines; order comes from `seq`. */
  readonly at: number;
  /** Which command caused it and who asked, for the audit trail. */
  readonly cause: string;
  /** Hash of the run's previous record, or 64 zeros for its first: a chain per run. */
  readonly prev: string;
  /** SHA-256 over the record's own canonical bytes (which include `prev`), hex. */
  readonly hash: string;
  readonly events: readonly E[];
}

/** What is needed to append; the journal adds the rest. */
export interface AppendRequest<E> {
  readonly run: string;
  readonly events: readonly E[];
  readonly cause: string;
  readonly at: number;
}

export interface Journal<E> {
  /**
   * Appends one record if the run is at `expectedVersion` (0: it does not exist yet).
   * The check and the write happen synchronously within the call, in call order; the
   * returned promise settles after the data is synced.
   * @throws VersionConflictError when the run is elsewhere.
   * @throws JournalStoppedError when an earlier write or sync failed, or the lock was lost; nothing
   *   is ever acknowledged after that.
   */
  append(request: AppendRequest<E>, expectedVersion: number): Promise<JournalRecord<E>>;
  /** All records of live (not archived) runs in `seq` order, as they were at opening plus what was appended. */
  replay(): AsyncIterable<JournalRecord<E>>;
  /** Records of one run, live or archived, in order; empty when unknown. */
  read(run: string): Promise<readonly JournalRecord<E>[]>;
  /** Moves a finished run's records to the archive. Idempotent; survives a crash anywhere in between. */
  archive(run: string, summary: ArchiveEntry): Promise<void>;
  /** Brings an archived run back among the live ones, so that it can be appended to. */
  restore(run: string): Promise<readonly JournalRecord<E>[]>;
  /** Live runs that cannot be read, as far as is known (all are after {@link replay}), and why. */
  damaged(): ReadonlyMap<string, string>;
  readonly archived: ArchivedRuns;
  close(): Promise<void>;
}

/**
 * What is known of archived runs without opening their files. Nothing here reads more of the index
 * than it must. A run that was brought back is not among them, but its handle and key stay its own.
 */
export interface ArchivedRuns {
  /** By its exact id. */
  has(run: string): boolean;
  /** Those with greater ids first; read as far as somebody asks. */
  newest(query?: ArchiveQuery): Iterable<ArchiveEntry>;
  /** With this handle or id, in any case. */
  named(reference: string): readonly ArchiveEntry[];
  /** Whose handle or id begins with this, in any case, in any order. */
  beginning(reference: string): Iterable<ArchiveEntry>;
  /** The run that was started last with this idempotency key, or null. */
  withKey(key: string): ArchiveEntry | null;
  /** Whether a run has, or may have, this handle. */
  hasHandle(handle: string): boolean;
  /** How many there are, by status. */
  counts(): ReadonlyMap<string, number>;
}

/** Which archived runs are wanted. */
export interface ArchiveQuery {
  /** Only those with a lesser id. */
  readonly below?: string;
  /** Says of some of them together whether there may be wanted ones. Default: there may. */
  readonly mayHold?: (part: ArchivePart) => boolean;
}

/** What some archived runs have in common. */
export interface ArchivePart {
  /** How many entries there are, by status. */
  readonly statuses: Readonly<Record<string, number>>;
  /** null: many. */
  readonly workflows: readonly string[] | null;
  readonly startedBy: readonly string[] | null;
  /** The latest `createdAt` among them. */
  readonly latest: number;
}

/** One line of the archive's index: enough for `list` without opening the run's file. */
export interface ArchiveEntry {
  readonly run: string;
  readonly handle: string;
  readonly workflow: string;
  readonly status: string;
  readonly reason: string | null;
  readonly startedBy: string;
  readonly createdAt: number;
  readonly endedAt: number;
  readonly done: number;
  readonly total: number;
  /** Idempotency key of the start, kept so that the same message never starts two runs. */
  readonly key: string | null;
  readonly parent: { readonly run: string; readonly task: string } | null;
}

/** The run has moved on since the caller looked. */
export class VersionConflictError extends Error {
  override readonly name = 'VersionConflictError';
  readonly code = 'VERSION_CONFLICT';
  readonly run: string;
  readonly expected: number;
  readonly actual: number;

  constructor(run: string, expected: number, actual: number) {
    super(`Run ${run} is at version ${actual}, not ${expected}; read it again and decide anew`);
    this.run = run;
    this.expected = expected;
    this.actual = actual;
  }
}

/** The journal takes no more writes: an earlier one failed, or the lock was lost. */
export class JournalStoppedError extends Error {
  override readonly name = 'JournalStoppedError';
  readonly code = 'JOURNAL_STOPPED';
}
