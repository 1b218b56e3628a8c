/**
 * The figures as a file, for stations without the HTTP server: written whole, every fifteen
 * seconds and at the end, for Prometheus' textfile collector or anybody who looks.
 */
import { writeFileAtomic } from '../lib/atomic-file.ts';
import type { Clock } from '../lib/clock.ts';
import type { Metrics } from './metrics.ts';

export interface MetricsFile {
  /** Writes a last time. */
  stop(): Promise<void>;
}

/** ms between two writings. */
const INTERVAL = 15_000;

export const createMetricsFile = (options: {
  readonly path: string;
  readonly metrics: Pick<Metrics, 'text'>;
  readonly clock: Clock;
  readonly onError: (error: unknown) => void;
}): MetricsFile => {
  let cancel = (): void => undefined;
  let writing: Promise<void> = Promise.resolve();

  const write = (): Promise<void> =>
    (writing = writing
      .then(async () => {
        await writeFileAtomic(options.path, await options.metrics.text(), { mode: 0o644 });
      })
      .catch(options.onError));

  const next = (): void => {
    cancel = options.clock.after(INTERVAL, () => {
      void write();
      next();
    });
  };
  void write();
  next();
  return {
    async stop() {
      cancel();
      await write();
    },
  };
};
