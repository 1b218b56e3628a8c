/** Serial work per key: what belongs to one task never overlaps, different tasks never wait for each other. */
export interface Lanes {
  /** Runs `work` after everything queued before it under `key`. Never rejects: see `onError`. */
  run(key: string, work: () => Promise<void> | void): Promise<void>;
  /** Resolves when no lane has anything left to do. */
  idle(): Promise<void>;
}

/** Creates lanes; `onError` hears what `work` throws. */
export const createLanes = (onError: (key: string, error: unknown) => void): Lanes => {
  const tails = new Map<string, Promise<void>>();
  return {
    run(key, work) {
      const before = tails.get(key) ?? Promise.resolve();
      const tail = before.then(work).catch((error: unknown) => onError(key, error));
      tails.set(key, tail);
      return tail.then(() => {
        if (tails.get(key) === tail) tails.delete(key);
      });
    },
    async idle() {
      while (tails.size > 0) await Promise.all(tails.values());
    },
  };
};
