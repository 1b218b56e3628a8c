import type { RunId } from '../engine/ids.ts';
import type { Logger } from '../lib/logger.ts';
import { EngineStoppedError } from './kernel.ts';

/** Work that nobody waits for: what goes wrong is logged; a stopped engine has been reported already. */
export type InBackground = (run: RunId, what: string, work: () => Promise<unknown>) => void;

export const createBackground =
  (logger: Logger): InBackground =>
  (run, what, work) =>
    void work().catch((error: unknown) => {
      if (error instanceof EngineStoppedError) return;
      logger.error({ run, command: what, err: error }, 'a command failed');
    });
