/**
 * Starts runs by the clock. Owns which planned times were dealt with (`.3ox/schedules.json`);
 * that a time never starts two runs is the engine's doing, by the key of each start, so a crash
 * between a start and its note is harmless (I3).
 */
import type { Clock } from '../lib/clock.ts';
import { isoTime } from '../lib/sirius.ts';
import type { Logger } from '../lib/logger.ts';
import type { Schedule } from '../engine/definition.ts';
import type { DefinitionEntry, Engine, Identity } from '../runtime/engine.ts';
import { nextTimes, timesBetween } from './occurrences.ts';
import { repeat, type Repeated } from './repeat.ts';

/** A schedule with the workflow it starts. */
export interface PlannedSchedule extends Schedule {
  readonly workflow: string;
}

/** Until when (ISO-8601) each schedule was dealt with, by {@link scheduleKey}. */
export interface ScheduleStore {
  read(): Promise<Readonly<Record<string, string>>>;
  write(dealtWith: Readonly<Record<string, string>>): Promise<void>;
}

export interface SchedulerOptions {
  readonly engine: Pick<Engine, 'start' | 'operate' | 'live'>;
  /** Asked again about once a minute: definitions change. */
  readonly schedules: () => Promise<readonly PlannedSchedule[]>;
  readonly store: ScheduleStore;
  readonly clock: Clock;
  readonly logger: Logger;
}

/** Who a run started by the clock is started by. */
const SCHEDULE_IDENTITY: Identity = {
  user: 'schedule',
  name: 'schedule',
  roles: [],
  channel: null,
  local: true,
};

/** A time dealt with this late (ms) was missed: the bridge was away. */
const LATE = 90_000;

/** Definitions are looked at again after this time (ms) at the latest. */
const LONGEST_SLEEP = 60_000;

/** More missed times than this are not made up for. */
const MOST_MISSED = 100;

/** What a schedule is known by. Another pattern is another schedule. */
export const scheduleKey = ({ workflow, cron, timezone }: PlannedSchedule): string =>
  `${workflow} ${cron} ${timezone}`;

/** Begins at once with what was missed. */
export const startScheduler = (options: SchedulerOptions): Repeated => {
  const { clock, logger, store } = options;

  const work = async (stopped: () => boolean): Promise<number> => {
    const schedules = await options.schedules();
    const before = await store.read();
    const now = clock.now();
    const after: Record<string, string> = {};
    let next = now + LONGEST_SLEEP;
    for (const schedule of schedules) {
      const key = scheduleKey(schedule);
      const known = Date.parse(before[key] ?? '');
      // A schedule that is new missed nothing; neither did one whose clock was set back.
      const since = Number.isNaN(known) || known > now ? now : known;
      for (const at of due(schedule, since, now)) {
        if (stopped()) return LONGEST_SLEEP;
        await fire(schedule, at, options);
      }
      after[key] = isoTime(now);
      const [soonest] = nextTimes(schedule, 1, now);
      if (soonest !== undefined) next = Math.min(next, soonest);
    }
    if (JSON.stringify(before) !== JSON.stringify(after)) await store.write(after);
    return Math.max(1, next - clock.now());
  };

  return repeat({
    clock,
    work,
    failed(err) {
      logger.error({ err }, 'the schedules could not be looked at and are tried again');
      return LONGEST_SLEEP;
    },
  });
};

/** Which of the times since `since` start a run now. */
const due = (schedule: PlannedSchedule, since: number, now: number): readonly number[] => {
  const times = timesBetween(schedule, since, now, MOST_MISSED);
  const missed = times.filter((at) => at <= now - LATE);
  const present = times.filter((at) => at > now - LATE);
  switch (schedule.catchUp) {
    case 'none':
      return present;
    case 'last':
      return present.length > 0 ? present : missed.slice(-1);
    case 'all':
      return times;
  }
};

const fire = async (
  schedule: PlannedSchedule,
  at: number,
  { engine, logger }: SchedulerOptions,
): Promise<void> => {
  const key = scheduleKey(schedule);
  const mine = engine
    .live()
    .filter(({ ended_at: ended, origin }) => ended === null && isFrom(origin, key));
  const about = { workflow: schedule.workflow, planned: isoTime(at) };
  if (schedule.overlap === 'skip' && mine.length > 0) {
    logger.info(
      { ...about, open: mine[0]?.run },
      'a planned start was left out: the run before is open',
    );
    return;
  }
  if (schedule.overlap === 'cancel_running') {
    for (const { run } of mine) {
      const note = `the start planned for ${about.planned} takes its place`;
      await engine.operate({ type: 'cancel', run, note }, SCHEDULE_IDENTITY);
    }
  }
  const started = await engine.start({
    workflow: schedule.workflow,
    version: null,
    input: Object.fromEntries(
      Object.entries(schedule.input).map(([name, value]) => [name, { type: 'value', value }]),
    ),
    by: SCHEDULE_IDENTITY,
    key: `schedule:${key}:${about.planned}`,
    ...(schedule.overlap === 'queue' ? { serial: `schedule ${key}` } : {}),
    origin: { face: 'schedule', schedule: key, planned: about.planned },
  });
  if (started.type === 'started') return;
  const why =
    started.type === 'invalid_input'
      ? started.problems.map(({ message }) => message).join('; ')
      : started.message;
  logger.error({ ...about, why }, 'a planned start was refused');
};

const isFrom = (origin: unknown, key: string): boolean =>
  typeof origin === 'object' &&
  origin !== null &&
  'face' in origin &&
  'schedule' in origin &&
  origin.face === 'schedule' &&
  origin.schedule === key;

/** The schedules of definitions, and those of the station's settings. */
export const plannedSchedules = (
  definitions: readonly Pick<DefinitionEntry, 'definition'>[],
  settings: readonly PlannedSchedule[],
): readonly PlannedSchedule[] => [
  ...definitions.flatMap(({ definition }) =>
    definition.schedules.map((schedule) => ({ ...schedule, workflow: definition.id })),
  ),
  ...settings,
];
