/** What starts runs without anybody asking: schedules and the drop folder. */
import { join } from 'node:path';
import type { Logger } from '../lib/logger.ts';
import { watchDropFolder } from '../triggers/drop-folder.ts';
import { settingsSchedules } from '../triggers/settings-schedules.ts';
import { createScheduleFile } from '../triggers/schedule-file.ts';
import { plannedSchedules, startScheduler } from '../triggers/scheduler.ts';
import type { OpenEngine } from './open-engine.ts';

/** Begins at once; resolves how to end it. */
export const startTriggers = (
  { engine, layout, settings, clock }: OpenEngine,
  logger: Logger,
): { stop(): Promise<void> } => {
  const own = settingsSchedules(settings.schedules);
  const scheduler = startScheduler({
    engine,
    schedules: async () => plannedSchedules(await engine.definitions.list(), own),
    store: createScheduleFile(layout.schedules),
    clock,
    logger,
  });
  const folder = settings.drop_folder;
  const drops =
    folder === undefined
      ? null
      : watchDropFolder({
          engine,
          folder: join(layout.root, folder),
          clock,
          logger,
          maxBytes: settings.limits.max_file_bytes,
        });
  return {
    async stop() {
      await Promise.all([scheduler.stop(), drops?.stop()]);
    },
  };
};
