import { readSettings } from '../../station/settings.ts';
import { layoutOf } from '../../station/layout.ts';
import { isoTime } from '../../lib/sirius.ts';
import { nextTimes } from '../../triggers/occurrences.ts';
import { plannedSchedules } from '../../triggers/scheduler.ts';
import { settingsSchedules } from '../../triggers/settings-schedules.ts';
import type { CliCommand } from '../cli-command.ts';
import { EXIT } from '../exit-codes.ts';
import { openCatalog, unknownWorkflow } from '../workflows.ts';

/** Times shown of each schedule. */
const SHOWN = 5;

/** The schedules of definitions and settings, with their next times. */
export const command: CliCommand = {
  options: {},
  words: { least: 0, most: 1 },
  async run(context) {
    const { output, words } = context;
    const catalog = await openCatalog(context);
    const [wanted] = words;
    if (wanted !== undefined && (await catalog.find(wanted, null)) === null) {
      return unknownWorkflow(catalog, wanted);
    }
    const { root } = context.station();
    const settings = await readSettings(layoutOf(root).settings);
    const now = Date.now();
    const schedules = plannedSchedules(await catalog.list(), settingsSchedules(settings.schedules))
      .filter(({ workflow }) => wanted === undefined || same(workflow, wanted))
      .map((schedule) => ({
        workflow: schedule.workflow,
        cron: schedule.cron,
        timezone: schedule.timezone,
        overlap: schedule.overlap,
        catch_up: schedule.catchUp,
        input: schedule.input,
        next: nextTimes(schedule, SHOWN, now).map(isoTime),
      }));
    if (output.json) output.value({ schema: 'schedules/1', schedules });
    else {
      output.lines(
        schedules.flatMap(({ workflow, cron, timezone, overlap, catch_up: catchUp, next }) => [
          `${workflow} · ${cron} (${timezone}) · overlap ${overlap} · catch up ${catchUp}`,
          ...next.map((time) => `  ${time}`),
        ]),
      );
      if (schedules.length === 0) output.note('Nothing is planned: no definition has a schedule');
    }
    return EXIT.ok;
  },
};

const same = (a: string, b: string): boolean => a.toLowerCase() === b.toLowerCase();
