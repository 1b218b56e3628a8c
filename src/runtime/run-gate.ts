/**
 * Limits on how many runs are open together and how often they begin. Who holds a place and who
 * waits is counted from the states (I8), so nothing has to be given back by hand and a restart
 * finds the same. First come first served: a run that waits for several limits keeps its turn in
 * each, so that those behind it cannot starve it.
 */
import type { RunPlace } from '../engine/events.ts';
import type { Rate } from '../../grammar/rate.ts';
import { holdsPlace, seeksPlace } from '../engine/hold.ts';
import type { RunId } from '../engine/ids.ts';
import type { RunState } from '../engine/state.ts';
import type { ArchivedRuns } from '../journal/journal.ts';
import type { Clock } from '../lib/clock.ts';
import { archivedIn } from './run-places.ts';

export interface RunGate {
  /**
   * Takes a place in every limit for a run that is about to be started and must not wait; false
   * when one has none. The run's own start, or `abandon`, ends the reservation.
   */
  reserve(run: RunId, places: readonly RunPlace[]): boolean;
  abandon(run: RunId): void;
  /** Runs that hold or seek a place in `group`, oldest first. */
  inGroup(group: string): readonly RunId[];
  /** Must be told of every decision. */
  observe(after: RunState): void;
  /** All live runs are known: who waits is served from now on. */
  start(): void;
  forget(run: RunId): void;
  stop(): void;
}

interface Group {
  readonly open: Set<RunId>;
  readonly reserved: Set<RunId>;
  /** When runs began, by run and time, for a rate; null until one asks. */
  begun: Map<string, number> | null;
}

/** `archived`: runs that are over and gone from memory; they count for rates all the same. */
export const createRunGate = (
  archived: Pick<ArchivedRuns, 'newest'>,
  options: { readonly clock: Clock; readonly release: (run: RunId) => void },
): RunGate => {
  const groups = new Map<string, Group>();
  /** Who waits, oldest first: a Map keeps the order of first insertion. */
  const waiting = new Map<RunId, readonly RunPlace[]>();
  /** Released and not yet recorded: they hold their places already. */
  const released = new Set<RunId>();
  let scheduled = false;
  let phase: 'starting' | 'started' | 'stopped' = 'starting';
  let cancelRetry: () => void = () => undefined;

  const groupOf = (name: string): Group => {
    let group = groups.get(name);
    if (group === undefined) {
      group = { open: new Set(), reserved: new Set(), begun: null };
      groups.set(name, group);
    }
    return group;
  };

  const beginsIn = (name: string, { per }: Rate): Map<string, number> =>
    (groupOf(name).begun ??= new Map(
      archivedIn(name, options.clock.now() - per, archived).map(({ run, at }) => [
        `${run} ${at}`,
        at,
      ]),
    ));

  /** Places free now, and when the rate frees the next. */
  const capacity = ({ group: name, max, rate }: RunPlace): { free: number; at: number | null } => {
    const group = groupOf(name);
    const taken = new Set([...group.open, ...group.reserved]).size;
    const byCount = (max ?? Number.MAX_SAFE_INTEGER) - taken;
    if (rate === null) return { free: byCount, at: null };
    const begun = beginsIn(name, rate);
    let oldest = Infinity;
    for (const [key, at] of begun) {
      if (at <= options.clock.now() - rate.per) begun.delete(key);
      else oldest = Math.min(oldest, at);
    }
    const byRate = rate.count - begun.size;
    return { free: Math.min(byCount, byRate), at: byRate > 0 ? null : oldest + rate.per };
  };

  const serve = (): void => {
    scheduled = false;
    cancelRetry();
    let retryAt: number | null = null;
    /** Places that those further ahead wait for. */
    const spoken = new Map<string, number>();
    for (const [run, places] of waiting) {
      if (released.has(run)) continue;
      const found = places.map((place) => ({ place, ...capacity(place) }));
      const mine = places.every(({ group }) => groupOf(group).reserved.has(run));
      const fits =
        mine || found.every(({ place, free }) => free - (spoken.get(place.group) ?? 0) > 0);
      for (const { place, at } of found) {
        if (!fits) spoken.set(place.group, (spoken.get(place.group) ?? 0) + 1);
        if (at !== null) retryAt = Math.min(retryAt ?? at, at);
      }
      if (!fits) continue;
      released.add(run);
      for (const { place } of found) groupOf(place.group).reserved.add(run);
      options.release(run);
    }
    if (retryAt !== null)
      cancelRetry = options.clock.after(retryAt - options.clock.now(), schedule);
  };

  const schedule = (): void => {
    if (scheduled || phase !== 'started') return;
    scheduled = true;
    queueMicrotask(serve);
  };

  const leave = (run: RunId): void => {
    for (const group of groups.values()) {
      group.open.delete(run);
      group.reserved.delete(run);
    }
    waiting.delete(run);
    released.delete(run);
  };

  return {
    reserve(run, places) {
      const queued = places.some(({ group }) =>
        [...waiting.values()].some((others) => others.some((place) => place.group === group)),
      );
      if (queued || places.some((place) => capacity(place).free <= 0)) return false;
      for (const { group } of places) groupOf(group).reserved.add(run);
      return true;
    },
    abandon(run) {
      leave(run);
      schedule();
    },
    inGroup: (name) => [
      ...groupOf(name).open,
      ...[...waiting].flatMap(([run, places]) =>
        places.some(({ group }) => group === name) ? [run] : [],
      ),
    ],
    observe(run) {
      if (run.places.length === 0) return;
      // Also of one that has ended since: a restart finds the same.
      for (const at of run.begun ?? []) {
        for (const { group, rate } of run.places) {
          if (rate !== null) beginsIn(group, rate).set(`${run.id} ${at}`, at);
        }
      }
      if (seeksPlace(run)) {
        if (waiting.has(run.id)) return;
        waiting.set(run.id, run.places);
      } else if (holdsPlace(run)) {
        if (run.places.every(({ group }) => groupOf(group).open.has(run.id))) return;
        leave(run.id);
        for (const { group } of run.places) groupOf(group).open.add(run.id);
      } else leave(run.id);
      schedule();
    },
    forget: leave,
    start() {
      phase = 'started';
      schedule();
    },
    stop() {
      phase = 'stopped';
      cancelRetry();
    },
  };
};
