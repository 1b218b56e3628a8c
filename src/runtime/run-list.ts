/**
 * Lists of runs, live and archived alike. What a list is filtered and ordered by is at hand without
 * making a view or opening a file; a run's line is made only when it is shown.
 */
import type { RunStatus } from '../engine/state.ts';
import { waitsForPeople } from '../engine/run-clock.ts';
import { runLine, viewOf } from '../engine/view.ts';
import type { RunLine, RunView } from '../engine/view.types.ts';
import type { ArchiveEntry } from '../journal/journal.ts';
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

/** The lines of the runs that `filter` lets through, newest first. */
export const linesOf = (runs: Iterable<ListedRun>, filter: RunFilter): readonly RunLine[] =>
  chosen(runs, filter).map((run) => run.line());

/** A run's line, and whether it waits for a person. */
export type RunRow = RunLine & Pick<RunView, 'waiting_for'>;

/** The same as rows. */
export const rowsOf = (runs: Iterable<ListedRun>, filter: RunFilter): readonly RunRow[] =>
  chosen(runs, filter).map((run) => ({
    ...run.line(),
    waiting_for: run.waitsForPerson() ? 'person' : null,
  }));

const chosen = (runs: Iterable<ListedRun>, filter: RunFilter): readonly ListedRun[] => {
  const workflow = filter.workflow === undefined ? null : wildcard(filter.workflow);
  const statuses = filter.status?.map((status) => status.toUpperCase());
  const { after } = filter;
  const found: ListedRun[] = [];
  for (const run of runs) {
    if (
      (after === undefined || isNewer(after, run.run)) &&
      (statuses === undefined || statuses.includes(run.status)) &&
      (workflow === null || workflow.test(run.workflow)) &&
      (filter.startedBy === undefined || run.startedBy === filter.startedBy) &&
      (filter.since === undefined || run.createdAt >= filter.since)
    ) {
      found.push(run);
    }
  }
  return found.sort((a, b) => (isNewer(a.run, b.run) ? -1 : 1)).slice(0, filter.limit);
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
