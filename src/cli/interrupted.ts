/** Ctrl-C as a promise, for as long as somebody follows. */
export const interrupted = (): {
  readonly asked: Promise<void>;
  /** Gives Ctrl-C its usual meaning back. */
  release(): void;
} => {
  let ask: () => void = () => undefined;
  const asked = new Promise<void>((resolve) => {
    ask = resolve;
  });
  process.on('SIGINT', ask);
  process.on('SIGTERM', ask);
  return {
    asked,
    release() {
      process.off('SIGINT', ask);
      process.off('SIGTERM', ask);
    },
  };
};
