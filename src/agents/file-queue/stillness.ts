/** Files that are there and not decided on: since when they look as they do, and when to look again. */
import type { Clock } from '../../lib/clock.ts';
import type { FileFacts } from './files.ts';
import type { FolderPair } from './folders.ts';
import type { FinalAnswer } from './inbox.ts';

/** Why a file waits. */
export type WaitState =
  /** Understood; read when it has kept still. */
  | 'reading'
  /** Not understood; put aside when it has kept still. */
  | 'unreadable'
  /** Equal to the answer before; waits for the task file. */
  | 'held'
  /** A sign of life; its agent will write it anew. */
  | 'working';

/** A waiting file. */
export interface WaitingFile {
  /** Changes whenever the file does. */
  readonly mark: string;
  /** When it was first seen like this, ms. */
  readonly since: number;
  readonly pair: FolderPair;
  readonly state: WaitState;
  readonly answer: FinalAnswer | null;
}

/** The waiting files of one queue. */
export interface Stillness {
  /** The file as it was seen before, null when it is new or has changed since. */
  before(name: string, facts: FileFacts): WaitingFile | null;
  /** Since when the file has looked like this, now when it is new. */
  since(name: string, facts: FileFacts): number;
  /** Keeps a file in mind, to be looked at again after `delay` ms (null: when something happens). */
  wait(name: string, file: WaitingFile, delay: number | null): void;
  state(name: string): WaitState | null;
  any(state: WaitState): boolean;
  drop(name: string): void;
  stop(): void;
}

/** Creates the memory; `again` is called when a file's time has come. */
export const createStillness = (
  clock: Clock,
  again: (pair: FolderPair, name: string) => void,
): Stillness => {
  const waiting = new Map<string, WaitingFile & { readonly cancel: () => void }>();
  let stopped = false;

  const drop = (name: string): void => {
    waiting.get(name)?.cancel();
    waiting.delete(name);
  };

  const before = (name: string, facts: FileFacts): WaitingFile | null => {
    const known = waiting.get(name);
    return known?.mark === markOf(facts) ? known : null;
  };

  return {
    before,
    since: (name, facts) => before(name, facts)?.since ?? clock.now(),
    wait(name, file, delay) {
      drop(name);
      const cancel =
        delay === null || stopped
          ? (): void => undefined
          : clock.after(Math.max(1, delay), () => again(file.pair, name));
      waiting.set(name, { ...file, cancel });
    },
    state: (name) => waiting.get(name)?.state ?? null,
    any: (state) => [...waiting.values()].some((file) => file.state === state),
    drop,
    stop() {
      stopped = true;
      for (const name of waiting.keys()) drop(name);
    },
  };
};

/** What of a file shows that it was written to. */
export const markOf = (facts: FileFacts): string =>
  `${facts.size}:${facts.modified}:${facts.inode}`;
