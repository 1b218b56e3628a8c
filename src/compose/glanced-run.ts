/**
 * A live run in a list from one look at the journal. Its first record is read for what does not
 * change, and the others only when somebody asks how far it is.
 */
import type { RunEvent } from '../engine/events.ts';
import { errorCode, errorMessage } from '../lib/error-code.ts';
import type { Glance } from '../journal/reading.ts';
import { foldRun } from '../runtime/fold.ts';
import { listedParked, startIn, type ParkedRun } from '../runtime/parked.ts';
import { listedRun, type ListedRun } from '../runtime/run-list.ts';

/** The run as lists know it; `why` it is left alone, or null. */
export const glancedRun = (
  run: string,
  why: string | null,
  journal: Pick<Glance<RunEvent>, 'first' | 'read'>,
): ListedRun => {
  const started = once((): ParkedRun['started'] => {
    try {
      const record = journal.first(run);
      return record === null ? null : startIn(record);
    } catch (error) {
      if (errorCode(error) === 'ENOENT') throw error;
      return null;
    }
  });
  const parked = (reason: string): ListedRun =>
    listedParked({ run, why: reason, started: started() });
  const whole = once((): ListedRun => {
    if (why !== null) return parked(why);
    try {
      const folded = foldRun(journal.read(run));
      return folded === null ? parked('it has no records') : listedRun(folded);
    } catch (error) {
      if (errorCode(error) === 'ENOENT') throw error;
      // A run that makes no sense must not hide the others.
      return parked(errorMessage(error));
    }
  });
  return {
    run,
    get handle() {
      return started()?.handle ?? whole().handle;
    },
    get workflow() {
      return started()?.definition.id ?? whole().workflow;
    },
    get startedBy() {
      return started()?.by.name ?? whole().startedBy;
    },
    get createdAt() {
      return whole().createdAt;
    },
    get status() {
      return whole().status;
    },
    waitsForPerson: () => whole().waitsForPerson(),
    line: () => whole().line(),
  };
};

const once = <T>(make: () => T): (() => T) => {
  let made: { readonly value: T } | null = null;
  return () => (made ??= { value: make() }).value;
};
