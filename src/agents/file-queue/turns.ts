/**
 * Work that comes in bursts, a little at a time: so many pieces under way at once, so long in one
 * go, and each kind in its turn. Thousands of task files written at once would keep answers,
 * syncs and people waiting for seconds, and thousands read at once would run out of handles.
 *
 * Invariants: pieces of one kind begin in the order in which they came; a kind waits for at most
 * one piece of every other before its next; a lone piece begins at once.
 */
import type { HostClock } from '../../lib/host/host.ts';

/** Gives out turns. */
export interface Turns {
  /** Does `work` when its turn comes; settles as it does. */
  run<T>(kind: string, work: () => Promise<T> | T): Promise<T>;
}

/** Creates turns for at most `most` pieces at a time. */
export const createTurns = (clock: Pick<HostClock, 'monotonic'>, most: number): Turns => {
  /** Kinds with work, the next one first. */
  const waiting = new Map<string, Line>();
  let underWay = 0;
  /** When the present go began; null when others have had theirs since. */
  let begun: number | null = null;

  const next = (): Piece | undefined => {
    for (const [kind, line] of waiting) {
      const work = line.take();
      waiting.delete(kind);
      if (line.size() > 0) waiting.set(kind, line);
      return work;
    }
    return undefined;
  };

  const pump = (): void => {
    while (underWay < most && waiting.size > 0) {
      if (begun === null) {
        begun = clock.monotonic();
        setImmediate(() => {
          begun = null;
          pump();
        });
      } else if (clock.monotonic() - begun >= SLICE) return;
      underWay += 1;
      void next()?.().then(() => {
        underWay -= 1;
        pump();
      });
    }
  };

  return {
    run: (kind, work) =>
      new Promise((resolve, reject) => {
        const piece: Piece = async () => {
          try {
            resolve(await work());
          } catch (error) {
            reject(error instanceof Error ? error : new Error(String(error)));
          }
        };
        const line = waiting.get(kind) ?? createLine();
        line.add(piece);
        waiting.set(kind, line);
        pump();
      }),
  };
};

/** ms in one go: a few files' worth. */
const SLICE = 2;

type Piece = () => Promise<void>;

/** First come, first served; however long it is, taking costs the same, which `shift` does not keep. */
interface Line {
  add(piece: Piece): void;
  take(): Piece | undefined;
  size(): number;
}

const createLine = (): Line => {
  let pieces: Piece[] = [];
  let taken = 0;
  return {
    add: (piece) => void pieces.push(piece),
    take() {
      const piece = pieces[taken];
      if (piece !== undefined) taken += 1;
      if (taken > pieces.length / 2) {
        pieces = pieces.slice(taken);
        taken = 0;
      }
      return piece;
    },
    size: () => pieces.length - taken,
  };
};
