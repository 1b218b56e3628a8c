/**
 * The numbers that conditions and alerts can name, computed from the run (I8).
 *
 * - `execution_time`: ms on the run's clock in this generation (pauses and waits for people
 *   left out).
 * - `task_success_rate`: of the tasks that were handed to someone in this generation and have
 *   ended, the percentage that completed with their first attempt.
 * - `retry_count`: attempts of this generation beyond each task's first.
 * - `compliance_score`, `file_count` (also `total_files`) and every number that a task's
 *   `output` declares: the value of the task that ended last.
 */
import type { Json } from '../lib/json.ts';
import { countedTime } from './run-clock.ts';
import type { Attempt, RunState, TaskState } from './state.ts';
import { fieldsOf, isTerminal, outputOf } from './tasks.ts';

/** Names with a meaning of their own, whatever tasks declare. */
export const METRICS = [
  'execution_time',
  'task_success_rate',
  'retry_count',
  'compliance_score',
  'file_count',
] as const;

export const isMetric = (run: RunState, name: string): boolean =>
  METRICS.some((metric) => metric === name) ||
  run.definition.tasks.some(({ output }) => output.some((declared) => declared.name === name));

/** The metric's value now, or null when nothing gives it yet. */
export const metricOf = (run: RunState, name: string, now: number): number | null => {
  switch (name) {
    case 'execution_time':
      return countedTime(run, now);
    case 'task_success_rate':
      return successRate(run);
    case 'retry_count':
      return retryCount(run);
    case 'file_count':
      return numberNamed(run, 'file_count') ?? numberNamed(run, 'total_files');
    default:
      return numberNamed(run, name);
  }
};

/** Values called `name` in task outputs, the one that ended last first. */
export const outputsNamed = (run: RunState, name: string): readonly Json[] => {
  const found: { readonly at: number; readonly index: number; readonly value: Json }[] = [];
  run.definition.tasks.forEach(({ id }, index) => {
    const task = run.tasks[id];
    if (task === undefined || !isTerminal(task) || !('endedAt' in task)) return;
    const fields = fieldsOf(outputOf(task));
    const value = Object.hasOwn(fields, name) ? fields[name] : undefined;
    if (value !== undefined) found.push({ at: task.endedAt, index, value });
  });
  return found.sort((a, b) => b.at - a.at || b.index - a.index).map(({ value }) => value);
};

/** The number an output gives a metric, or null. */
export const numberIn = (output: Json, name: string): number | null => {
  const fields = fieldsOf(output);
  for (const key of name === 'file_count' ? ['file_count', 'total_files'] : [name]) {
    const value = Object.hasOwn(fields, key) ? fields[key] : undefined;
    if (typeof value === 'number') return value;
  }
  return null;
};

const numberNamed = (run: RunState, name: string): number | null =>
  outputsNamed(run, name).find((value) => typeof value === 'number') ?? null;

/** Attempts made in the run's present generation. */
const attemptsIn = (run: RunState, task: TaskState): readonly Attempt[] =>
  task.attempts.filter(({ generation }) => generation === run.generation);

const ended = (run: RunState): readonly TaskState[] =>
  Object.values(run.tasks).filter((task) => isTerminal(task) && attemptsIn(run, task).length > 0);

const successRate = (run: RunState): number | null => {
  const tasks = ended(run);
  if (tasks.length === 0) return null;
  const smooth = tasks.filter(
    (task) => task.status === 'COMPLETED' && attemptsIn(run, task).length === 1,
  );
  return (100 * smooth.length) / tasks.length;
};

const retryCount = (run: RunState): number => {
  let count = 0;
  for (const task of Object.values(run.tasks)) {
    count += Math.max(0, attemptsIn(run, task).length - 1);
  }
  return count;
};
