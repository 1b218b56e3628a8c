/**
 * The run's own clock, which its time limit and `execution_time` go by. It stands still
 * while the run is paused and while nothing but a person can move it.
 */
import { isHeld } from './hold.ts';
import { isUnderWay } from './tasks.ts';
import { latestInside } from './row-summary.ts';
import type { RunState, TaskState } from './state.ts';

/** True while the run's clock stands still. */
export const isStalled = (run: RunState): boolean => run.status === 'PAUSED' || waitsForPeople(run);

/** True when something is asked of people and nothing else is under way. */
export const waitsForPeople = (run: RunState): boolean => {
  if (run.status !== 'RUNNING') return false;
  let asked = false;
  for (const { id } of run.definition.tasks) {
    const task = run.tasks[id];
    const waits = task === undefined ? null : waitsIn(task);
    if (waits === false) return false;
    asked ||= waits === true;
  }
  return asked;
};

/** Whether people alone move a row, or what is inside it; null when nothing is under way. */
const waitsIn = (task: TaskState): boolean | null => {
  if (!isUnderWay(task)) return null;
  if (task.rows === null || task.status !== 'IN_PROGRESS')
    return task.status === 'PENDING_APPROVAL';
  let asked: boolean | null = null;
  for (const inner of latestInside(task.rows)) {
    const waits = waitsIn(inner);
    if (waits === false) return false;
    asked ??= waits;
  }
  return asked;
};

/** ms of the present generation that count, at `now`. */
export const countedTime = (run: RunState, now: number): number => {
  const until = run.ended?.at ?? now;
  const standing = isStalled(run) ? Math.max(0, until - run.updatedAt) : 0;
  return Math.max(0, until - run.generationStartedAt - run.uncountedTime - standing);
};

/** When the run's time limit is reached if nothing stalls it before, or null: none, or stalled. */
export const runDeadline = (run: RunState): number | null => {
  const { timeout, timeoutPolicy } = run.definition;
  if (timeout === null || timeout <= 0 || run.status !== 'RUNNING') return null;
  if (isHeld(run) || waitsForPeople(run)) return null;
  if (timeoutPolicy === 'ALERT_ONLY' && run.alerts.some(({ key }) => key === timeoutAlert(run))) {
    return null;
  }
  return run.generationStartedAt + run.uncountedTime + timeout;
};

/** Key of the alert that an ALERT_ONLY limit raises: once per generation. */
export const timeoutAlert = (run: RunState): string => `run-timeout:${run.generation}`;
