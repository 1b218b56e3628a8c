/**
 * Runs that are left alone: their history cannot be read, or the engine has crashed over them
 * again and again. Nothing of them is folded or shown but what their first event says.
 */
import type { RunEvent } from '../engine/events.ts';
import type { JournalRecord } from '../journal/journal.ts';
import { isoTime } from '../lib/sirius.ts';
import type { ListedRun } from './run-list.ts';

export interface ParkedRun {
  readonly run: string;
  readonly why: string;
  /** Its first event, when it can be read. */
  readonly started: Extract<RunEvent, { type: 'RunStarted' }> | null;
}

/** What a record says of how its run began. */
export const startIn = (record: JournalRecord<RunEvent>): ParkedRun['started'] => {
  const [first] = record.events;
  return first?.type === 'RunStarted' ? first : null;
};

/** The run in a list. Its age is in its id; what it did is not known. */
export const listedParked = ({ run, why, started }: ParkedRun): ListedRun => {
  const createdAt = Number(/^wf-(\d{13})-/u.exec(run)?.[1] ?? 0);
  const known = {
    run,
    handle: started?.handle ?? run.slice(-4).toUpperCase(),
    workflow: started?.definition.id ?? 'unknown',
    status: 'QUARANTINED',
  } as const;
  const startedBy = started?.by.name ?? 'unknown';
  return {
    ...known,
    startedBy,
    createdAt,
    waitsForPerson: () => false,
    line: () => ({
      ...known,
      reason: why,
      progress: { done: 0, total: started?.definition.tasks.length ?? 0 },
      created_at: isoTime(createdAt),
      ended_at: null,
      started_by: startedBy,
    }),
  };
};
