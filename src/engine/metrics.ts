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
import type { TaskDefinition } from './definition.ts';
import { allTasks } from './plan.ts';
import { membersNow, remembered } from './row-summary.ts';
import type { RunState, TaskState } from './state.ts';
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
  allTasks(run.definition).some(({ output }) => output.some((declared) => declared.name === name));

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
  latestRows(run).forEach((task, index) => {
    if (!isTerminal(task) || !('endedAt' in task)) return;
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

/** The tasks at the top and, of loops, what the latest iteration left. Items are not looked into. */
const latestRows = (run: RunState): readonly TaskState[] => {
  const add = (definition: TaskDefinition, row: TaskState): readonly TaskState[] =>
    row.rows?.kind === 'iterations' && definition.type === 'DO_WHILE'
      ? [
          row,
          ...membersNow(definition.members, row.rows).flatMap((member) =>
            add(member.definition, member.state),
          ),
        ]
      : [row];
  return run.definition.tasks.flatMap((task) => {
    const row = run.tasks[task.id];
    return row === undefined ? [] : add(task, row);
  });
};

/** Counts over rows, those inside others included. */
interface Tally {
  /** Ended, and handed to someone in this generation. */
  readonly ended: number;
  /** Of these, completed by the first attempt. */
  readonly smooth: number;
  readonly retries: number;
}

const successRate = (run: RunState): number | null => {
  const { ended, smooth } = tallyOfRun(run);
  return ended === 0 ? null : (100 * smooth) / ended;
};

const retryCount = (run: RunState): number => tallyOfRun(run).retries;

const tallyOfRun = (run: RunState): Tally =>
  sum(Object.values(run.tasks).map((task) => tallyOf(task, run.generation)));

const tallyOf = (row: TaskState, generation: number): Tally => {
  const made = row.attempts.filter((attempt) => attempt.generation === generation).length;
  const ended = made > 0 && isTerminal(row) ? 1 : 0;
  const own = {
    ended,
    smooth: row.status === 'COMPLETED' && made === 1 ? ended : 0,
    retries: Math.max(0, made - 1),
  };
  if (row.rows === null) return own;
  const inside =
    row.rows.kind === 'items'
      ? row.rows.list.map((chunk) => itemsTally(chunk, generation))
      : row.rows.list.map((chunk) => iterationsTally(chunk, generation));
  return sum([own, ...inside]);
};

const itemsTally = remembered((chunk: readonly TaskState[], generation: number): Tally =>
  sum(chunk.map((row) => tallyOf(row, generation))),
);

const iterationsTally = remembered(
  (chunk: readonly Readonly<Record<string, TaskState>>[], generation: number): Tally =>
    sum(chunk.flatMap((members) => Object.values(members).map((row) => tallyOf(row, generation)))),
);

const sum = (tallies: readonly Tally[]): Tally => {
  let [ended, smooth, retries] = [0, 0, 0];
  for (const tally of tallies) {
    ended += tally.ended;
    smooth += tally.smooth;
    retries += tally.retries;
  }
  return { ended, smooth, retries };
};
