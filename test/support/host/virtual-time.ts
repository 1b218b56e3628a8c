/**
 * One time for a whole simulated world. Nothing happens by itself: `step` runs what is due first,
 * and everything that follows from it, before time moves on. What is due at the same moment runs
 * in an order drawn from the seed.
 */
import type { Random } from '../random.ts';

export interface VirtualTime {
  /** ms since the world began; only ever grows. */
  now(): number;
  /** Runs `work` after `delay` ms unless it is cancelled or its owner is dead by then. */
  after(delay: number, work: () => void, owner?: Owner): () => void;
  /** Runs the next thing that is due; false when nothing is. */
  step(): Promise<boolean>;
  /** When the next thing is due, or null. */
  next(): number | null;
}

/** Whose work it is: a process that may die, or be stopped for a while. */
export interface Owner {
  readonly alive: boolean;
  readonly stopped: boolean;
}

interface Timer {
  readonly due: number;
  readonly tie: number;
  readonly order: number;
  readonly work: () => void;
  readonly owner: Owner | null;
  cancelled: boolean;
}

export const createVirtualTime = (random: Random): VirtualTime => {
  const heap: Timer[] = [];
  let now = 0;
  let order = 0;

  const after: VirtualTime['after'] = (delay, work, owner) => {
    const due = now + Math.max(0, delay);
    const timer = {
      due,
      tie: random.next(),
      order: (order += 1),
      work,
      owner: owner ?? null,
      cancelled: false,
    };
    push(heap, timer);
    return () => {
      timer.cancelled = true;
    };
  };

  return {
    now: () => now,
    after,
    next() {
      for (let first = heap[0]; first !== undefined; first = heap[0]) {
        if (!first.cancelled && first.owner?.alive !== false) return first.due;
        pop(heap);
      }
      return null;
    },
    async step() {
      for (let timer = pop(heap); timer !== undefined; timer = pop(heap)) {
        if (timer.cancelled || timer.owner?.alive === false) continue;
        now = Math.max(now, timer.due);
        if (timer.owner?.stopped === true) {
          // A stopped process does its work when it goes on.
          after(STOPPED_LOOK, timer.work, timer.owner);
          continue;
        }
        timer.work();
        await settled();
        return true;
      }
      return false;
    },
  };
};

const STOPPED_LOOK = 100;

/** Everything that follows without time going on has happened: promises first, then what Node had put off. */
export const settled = (): Promise<void> => new Promise((resolve) => setImmediate(resolve));

const before = (a: Timer, b: Timer): boolean =>
  a.due !== b.due ? a.due < b.due : a.tie !== b.tie ? a.tie < b.tie : a.order < b.order;

const push = (heap: Timer[], timer: Timer): void => {
  let at = heap.length;
  heap.push(timer);
  while (at > 0) {
    const parent = (at - 1) >> 1;
    const above = heap[parent];
    if (above === undefined || !before(timer, above)) break;
    heap[at] = above;
    at = parent;
  }
  heap[at] = timer;
};

const pop = (heap: Timer[]): Timer | undefined => {
  const first = heap[0];
  const last = heap.pop();
  if (first === undefined || last === undefined || heap.length === 0) return first;
  let at = 0;
  for (;;) {
    const left = heap[2 * at + 1];
    const right = heap[2 * at + 2];
    const child =
      right !== undefined && left !== undefined && before(right, left) ? 2 * at + 2 : 2 * at + 1;
    const smaller = heap[child];
    if (smaller === undefined || !before(smaller, last)) break;
    heap[at] = smaller;
    at = child;
  }
  heap[at] = last;
  return first;
};
