/** History turned back into states: shared by the kernel, recovery and reads of archived runs. */
import { evolveAll } from '../engine/evolve.ts';
import { initialState } from '../engine/initial-state.ts';
import type { RecordedEvent, RunEvent } from '../engine/events.ts';
import { toRunId, type RunId } from '../engine/ids.ts';
import type { RunState } from '../engine/state.ts';
import type { JournalRecord } from '../journal/journal.ts';

/** A run on disk: its state after `version` records. */
export interface CommittedRun {
  readonly state: RunState;
  readonly version: number;
}

/** The state after `events`. */
export const fold = (
  before: RunState | null,
  events: readonly RunEvent[],
  meta: { readonly run: RunId; readonly at: number },
): RunState => {
  const state = evolveAll(before ?? initialState, events, meta);
  if (state.status === 'NONE') throw new Error(`No events to fold for run ${meta.run}`);
  return state;
};

/** A journal record's events, one by one with their place. */
export const recordedEvents = (record: JournalRecord<RunEvent>): readonly RecordedEvent[] =>
  record.events.map((event, index) => ({
    seq: record.seq,
    run: runIdOf(record),
    version: record.version,
    index,
    at: record.at,
    cause: record.cause,
    event,
  }));

/** A run's whole history folded, or null when there is none. @throws Error when it makes no sense. */
export const foldRun = (records: readonly JournalRecord<RunEvent>[]): CommittedRun | null => {
  let folded: CommittedRun | null = null;
  for (const record of records) folded = foldRecord(folded, record);
  return folded;
};

/** The run after one more record. */
export const foldRecord = (
  before: CommittedRun | null,
  record: JournalRecord<RunEvent>,
): CommittedRun => ({
  state: fold(before?.state ?? null, record.events, { run: runIdOf(record), at: record.at }),
  version: record.version,
});

const runIdOf = (record: JournalRecord<RunEvent>): RunId => {
  const id = toRunId(record.run);
  if (id === null) throw new Error(`"${record.run}" in journal record ${record.seq} is no run id`);
  return id;
};
