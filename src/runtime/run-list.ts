/**
 * Lists of runs, live and archived alike. What a list is filtered and ordered by is at hand without
 * making a view or opening a file; a run's line is made only when it is shown.
 */
import type { RunStatus } from '../engine/state.ts';
import { waitsForPeople } from '../engine/run-clock.ts';
import { runLine, viewOf } from '../engine/view.ts';
import type { RunLine, RunView } from '../engine/view.types.ts';
import type { ArchivedRuns, ArchiveEntry, ArchivePart } from '../journal/journal.ts';
import { isoTime } from '../lib/sirius.ts';
import type { RunFilter } from './engine.ts';
import type { CommittedRun } from './fold.ts';

/** A run as lists and references know it. */
export interface ListedRun {
  readonly run: string;
  readonly handle: string;
  readonly workflow: string;
  readonly status: RunStatus;
  readonly startedBy: string;
  /** ms since the epoch. */
  readonly createdAt: number;
  waitsForPerson(): boolean;
  line(): RunLine;
}

/** A live run. */
export const listedRun = ({ state, version }: CommittedRun): ListedRun => ({
  run: state.id,
  handle: state.handle,
  workflow: state.definition.id,
  status: state.status,
  startedBy: state.startedBy.name,
  createdAt: state.createdAt,
  waitsForPerson: () => waitsForPeople(state),
  line: () => runLine(viewOf(state, { version })),
});

/** An archived run, from the archive's index. */
export const listedEntry = (entry: ArchiveEntry): ListedRun => {
  const { run, handle, workflow, startedBy, createdAt, reason } = entry;
  const status = statusOf(entry.status);
  return {
    run,
    handle,
    workflow,
    status,
    startedBy,
    createdAt,
    waitsForPerson: () => false,
    line: () => ({
      run,
      handle,
      workflow,
      status,
      reason,
      progress: { done: entry.done, total: entry.total },
      created_at: isoTime(createdAt),
      ended_at: isoTime(entry.endedAt),
      started_by: startedBy,
    }),
  };
};

/** Runs to choose from. */
export interface AllRuns {
  /** Those that are not archived, in any order. */
  readonly here: Iterable<ListedRun>;
  readonly archived: Pick<ArchivedRuns, 'newest'>;
}

/** The lines of the runs that `filter` lets through, newest first. */
export const linesOf = (runs: AllRuns, filter: RunFilter): readonly RunLine[] =>
  chosen(runs, filter).map((run) => run.line());

/** A run's line, and whether it waits for a person. */
export type RunRow = RunLine & Pick<RunView, 'waiting_for'>;

/** The same as rows. */
export const rowsOf = (runs: AllRuns, filter: RunFilter): readonly RunRow[] =>
  chosen(runs, filter).map((run) => ({
    ...run.line(),
    waiting_for: run.waitsForPerson() ? 'person' : null,
  }));

/** How many runs there are, by status: those that are here, and those in the archive. */
export const countsOf = (
  here: Iterable<ListedRun>,
  archived: ReadonlyMap<string, number>,
): ReadonlyMap<RunStatus, number> => {
  const counts = new Map<RunStatus, number>();
  const add = (status: RunStatus, more: number): void =>
    void counts.set(status, (counts.get(status) ?? 0) + more);
  for (const [status, count] of archived) add(statusOf(status), count);
  for (const { status } of here) add(status, 1);
  return counts;
};

/** No more of the archive is looked at than it takes to have as many as are wanted. */
const chosen = ({ here, archived }: AllRuns, filter: RunFilter): readonly ListedRun[] => {
  const { after, limit = Infinity } = filter;
  const sieve = sieveOf(filter);
  const live = [...here]
    .filter((run) => (after === undefined || isNewer(after, run.run)) && sieve.lets(run))
    .sort((a, b) => (isNewer(a.run, b.run) ? -1 : 1));
  const found: ListedRun[] = [];
  let next = 0;
  const older = archived.newest({
    mayHold: (part) => sieve.mayHold(part),
    ...(after === undefined ? {} : { below: after }),
  });
  for (const entry of older) {
    const run = listedEntry(entry);
    for (let one = live[next]; one !== undefined && isNewer(one.run, run.run); one = live[next]) {
      found.push(one);
      next += 1;
    }
    if (found.length >= limit) break;
    // One that is just being archived is in both.
    if (live[next]?.run !== run.run && sieve.lets(run)) found.push(run);
  }
  return [...found, ...live.slice(next)].slice(0, limit);
};

/** What a filter lets through. */
const sieveOf = (filter: RunFilter) => {
  const workflow = filter.workflow === undefined ? null : wildcard(filter.workflow);
  const statuses = filter.status?.map((status) => status.toUpperCase());
  const isWanted = (of: { readonly status: RunStatus }): boolean =>
    statuses === undefined || statuses.includes(of.status);
  const { startedBy, since } = filter;
  return {
    // A live run's status comes last, and is not asked for in vain: it may have to be folded for it.
    lets: (run: ListedRun): boolean =>
      (workflow === null || workflow.test(run.workflow)) &&
      (startedBy === undefined || run.startedBy === startedBy) &&
      (since === undefined || run.createdAt >= since) &&
      isWanted(run),
    mayHold: (part: ArchivePart): boolean =>
      (workflow === null || (part.workflows?.some((id) => workflow.test(id)) ?? true)) &&
      (startedBy === undefined || (part.startedBy?.includes(startedBy) ?? true)) &&
      (since === undefined || part.latest >= since) &&
      Object.keys(part.statuses).some((status) => isWanted({ status: statusOf(status) })),
  };
};

/** A run's id begins with the moment it was made, so ids put runs in order, and none twice in one place. */
const isNewer = (a: string, b: string): boolean => a > b;

/** `inv*` as a pattern over whole ids, in any case. */
const wildcard = (pattern: string): RegExp => {
  const source = pattern
    .split('*')
    .map((part) => part.replace(/[.*+?^${}()|[\]\\]/gu, '\\$&'))
    .join('.*');
  return new RegExp(`^${source}$`, 'iu');
};

const ENDINGS = [
  'COMPLETED',
  'FAILED',
  'TIMED_OUT',
  'CANCELLED',
] as const satisfies readonly RunStatus[];

/** The archive holds ended runs only; anything else in its index is a run that cannot be read. */
const statusOf = (status: string): RunStatus =>
  ENDINGS.find((ending) => ending === status) ?? 'QUARANTINED';
