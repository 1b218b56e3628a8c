/** When a console session is over, and with which exit code. */
import type { Session } from '../session.ts';

/** How the input ended. */
export type Ending = 'end' | 'interrupt';

/**
 * Resolves with the exit code. On a terminal the end of the input is the end: what runs goes on
 * with the next start. Piped input is served to the end: every line is carried out, every run of
 * the session ends or waits for nothing but people, everything is said; the worst outcome counts.
 */
export const finished = async (parts: {
  readonly ended: Promise<Ending>;
  readonly interactive: boolean;
  readonly session: Session;
  /** Resolves when every line read so far was carried out. */
  idle(): Promise<void>;
  /** Resolves when all messages are out. */
  settled(): Promise<void>;
}): Promise<number> => {
  const { session } = parts;
  if ((await parts.ended) === 'interrupt') return 130;
  if (parts.interactive) return 0;
  await parts.idle();
  await new Promise<void>((resolve) => {
    const look = (): void => {
      if (session.busy() > 0) return;
      stop();
      resolve();
    };
    const stop = session.onChange(look);
    look();
  });
  await parts.settled();
  return session.exitCode();
};
