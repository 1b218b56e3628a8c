/**
 * Rows that wait, in lanes: one for all that wait for the same, the most urgent first. Whoever
 * heads a lane stands for it: while there is nothing for the head there is nothing for the rest.
 */
import type { RunId } from '../engine/ids.ts';
import type { Need } from './slot-limits.ts';

export interface Waiter {
  readonly row: string;
  readonly run: RunId;
  readonly task: string;
  readonly needs: readonly Need[];
  /** See `urgencyOf`. */
  readonly urgency: number;
}

export interface SlotLanes {
  put(waiter: Waiter): void;
  /** A row that does not wait is left alone. */
  remove(row: string): void;
  /** True when somebody waits for a place of that limit. */
  wanted(limit: string): boolean;
  /**
   * Shows who heads each lane to `serve`, the most urgent first. It says whether it served them;
   * then the next of the lane is shown as well, at their turn.
   */
  offer(serve: (waiter: Waiter) => boolean): void;
}

/** Never empty, the next one first. */
type Lane = Waiting[];

interface Waiting {
  readonly waiter: Waiter;
  readonly lane: string;
  /** Who came first, for those equally urgent. */
  readonly order: number;
}

export const createSlotLanes = (): SlotLanes => {
  const lanes = new Map<string, Lane>();
  const rows = new Map<string, Waiting>();
  const wanted = new Map<string, number>();
  let order = 0;

  const count = ({ needs }: Waiter, by: number): void => {
    for (const { limit } of needs) {
      const now = (wanted.get(limit) ?? 0) + by;
      if (now === 0) wanted.delete(limit);
      else wanted.set(limit, now);
    }
  };

  const remove = (row: string): void => {
    const waiting = rows.get(row);
    if (waiting === undefined) return;
    const lane = lanes.get(waiting.lane) ?? [];
    lane.splice(lane.indexOf(waiting), 1);
    if (lane.length === 0) lanes.delete(waiting.lane);
    rows.delete(row);
    count(waiting.waiter, -1);
  };

  return {
    put(waiter) {
      remove(waiter.row);
      const waiting = { waiter, lane: JSON.stringify(waiter.needs), order: (order += 1) };
      const lane = lanes.get(waiting.lane) ?? [];
      // Most come last: they are looked for from there.
      const before = lane.findLastIndex((other) => inTurn(other, waiting) < 0);
      lane.splice(before + 1, 0, waiting);
      lanes.set(waiting.lane, lane);
      rows.set(waiter.row, waiting);
      count(waiter, 1);
    },
    remove,
    wanted: (limit) => wanted.has(limit),
    offer(serve) {
      // The next one last, so that each is taken off the end.
      const turns = [...lanes.values()].sort((a, b) => inTurn(b[0], a[0]));
      for (let lane = turns.pop(); lane !== undefined; lane = turns.pop()) {
        const [head] = lane;
        if (head === undefined || !serve(head.waiter)) continue;
        const [next] = lane;
        if (next === undefined || next === head) continue;
        const before = turns.findLastIndex(([other]) => inTurn(other, next) > 0);
        turns.splice(before + 1, 0, lane);
      }
    },
  };
};

/** Negative when `a` is served before `b`. A lane that was emptied meanwhile comes last. */
const inTurn = (a: Waiting | undefined, b: Waiting | undefined): number =>
  (b?.waiter.urgency ?? -Infinity) - (a?.waiter.urgency ?? -Infinity) ||
  (a?.order ?? 0) - (b?.order ?? 0);
