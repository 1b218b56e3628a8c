import { z } from 'zod';
import type { Settings } from '../station/settings.ts';
import type { PlannedSchedule } from './scheduler.ts';

/** The schedules of the settings, with everything that is not written filled in. */
export const settingsSchedules = (written: Settings['schedules']): readonly PlannedSchedule[] =>
  written.map((one) => ({
    workflow: one.workflow,
    cron: one.cron,
    timezone: one.timezone ?? 'UTC',
    overlap: one.overlap ?? 'skip',
    catchUp: typeof one.catch_up === 'string' ? one.catch_up : one.catch_up ? 'last' : 'none',
    input: jsonObject.parse(one.input ?? {}),
  }));

const jsonObject = z.record(z.string(), z.json());
