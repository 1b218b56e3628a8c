/** Runs asynchronous work one piece after the other, in the order it came. */
export interface SerialQueue {
  /** Resolves or rejects as `work` does. A failure does not hold up what comes after it. */
  run<T>(work: () => T | Promise<T>): Promise<T>;
  /** Resolves when everything queued so far has ended, however it ended. */
  idle(): Promise<void>;
}

/** Creates an empty queue. */
export const createSerialQueue = (): SerialQueue => {
  let tail: Promise<unknown> = Promise.resolve();
  return {
    run(work) {
      const result = tail.then(work);
      tail = result.catch(() => undefined);
      return result;
    },
    idle: () => tail.then(() => undefined),
  };
};
