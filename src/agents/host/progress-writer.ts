/** A task's progress file: the newest report, at most every so often, never after the end. */
import { dump } from 'js-yaml';
import { join } from 'node:path';
import type { FolderPair } from '../file-queue/folders.ts';
import { fileName } from '../file-queue/names.ts';
import type { FoundTask } from '../file-queue/task-file.ts';
import type { HostContext } from './context.ts';

/** Writes one task's progress. */
export interface ProgressWriter {
  report(percent: number | null, message: string): void;
  /** Writes nothing more and removes what was written. */
  end(): Promise<void>;
}

/** Creates the writer of one task. */
export const createProgressWriter = (
  context: Pick<HostContext, 'files' | 'clock' | 'timing' | 'logger'>,
  pair: FolderPair,
  task: FoundTask,
): ProgressWriter => {
  const path = join(pair.answers, fileName('progress', task));
  let newest: { readonly percent: number | null; readonly message: string } | null = null;
  let cancel: (() => void) | null = null;
  let writing: Promise<void> = Promise.resolve();
  let written = false;
  let ended = false;

  const write = (): void => {
    cancel = null;
    if (newest === null || ended) return;
    const text = dump({ ...newest, attempt: task.attempt, lease: task.lease }, { lineWidth: -1 });
    newest = null;
    written = true;
    // Progress is a courtesy: when it cannot be written the work goes on.
    writing = context.files.write(path, text).catch((error: unknown) => {
      context.logger.debug({ path, error }, 'a progress file could not be written');
    });
    cancel = context.clock.after(context.timing.progress, write);
  };

  return {
    report(percent, message) {
      newest = { percent, message: message.slice(0, 1_000) };
      cancel ??= context.clock.after(Math.min(FIRST, context.timing.progress), write);
    },
    async end() {
      ended = true;
      cancel?.();
      await writing;
      if (written) await context.files.remove(path).catch(() => false);
    },
  };
};

/** ms before the first report is written: work that ends sooner needs no file for it. */
const FIRST = 50;
