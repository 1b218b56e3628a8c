/** When a schedule's time comes: cron patterns in a time zone, by croner. Pure. */
import { Cron } from 'croner';
import type { Schedule } from '../engine/definition.ts';

/** The next `count` times after `from` (ms since the epoch), soonest first. */
export const nextTimes = (
  { cron, timezone }: Pick<Schedule, 'cron' | 'timezone'>,
  count: number,
  from: number,
): readonly number[] =>
  new Cron(cron, { timezone, paused: true })
    .nextRuns(count, new Date(from))
    .map((time) => time.getTime());

/** Times after `from`, up to and with `until`; only the last `most` of them when there are more. */
export const timesBetween = (
  schedule: Pick<Schedule, 'cron' | 'timezone'>,
  from: number,
  until: number,
  most: number,
): readonly number[] => {
  const times: number[] = [];
  for (let at = from; ;) {
    const [next] = nextTimes(schedule, 1, at);
    if (next === undefined || next > until) return times;
    times.push(next);
    if (times.length > most) times.shift();
    at = next;
  }
};
