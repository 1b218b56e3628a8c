/** Ctrl-C, SIGTERM or a fault of the engine, as one promise. */
export interface StopSignal {
  /** Resolves with the exit code to end with. */
  readonly asked: Promise<number>;
  now(code: number): void;
}

/** Windows delivers SIGINT and SIGBREAK from the console; SIGTERM is never sent there. */
export const stopSignal = (): StopSignal => {
  let now: (code: number) => void = () => undefined;
  const asked = new Promise<number>((resolve) => {
    now = resolve;
  });
  process.once('SIGINT', () => now(130));
  process.once('SIGTERM', () => now(0));
  return { asked, now };
};
