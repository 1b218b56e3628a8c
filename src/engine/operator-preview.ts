/** Going back: which tasks run again and whose work is kept. */
import type { WorkflowDefinition } from './definition.ts';
import type { Child } from './events.ts';
import { graphOf } from './graph.ts';
import { placeOf } from './plan.ts';
import { allRows } from './row-summary.ts';
import type { RunState, TaskStatus } from './state.ts';
import { isFailed, taskOf } from './tasks.ts';

export interface Plan {
  readonly runAgain: readonly string[];
  readonly kept: readonly string[];
}

/**
 * What a retry of the run would do: what is FAILED, TIMED_OUT or CANCELLED runs again, and so
 * does what was undone meanwhile, with all that follows it.
 */
export const retryPlan = (run: RunState): Plan => {
  const undone = new Set(run.compensation?.tasks);
  const behind = new Set([...undone].flatMap((id) => [...descendantsOf(run.definition, id)]));
  return split(run.definition, (id) => endedBadly(run, id) || undone.has(id) || behind.has(id));
};

/**
 * What a rerun would do: `task`, its descendants and whatever ended badly run again; everything
 * when no task is named. Tasks that `definition` has and the run did not are new, and run.
 */
export const rerunPlan = (
  run: RunState,
  definition: WorkflowDefinition,
  task: string | null,
): Plan => {
  if (task === null) return split(definition, () => true);
  const behind = descendantsOf(definition, task);
  const again = new Set(retryPlan(run).runAgain);
  return split(
    definition,
    (id) => id === task || behind.has(id) || taskOf(run, id) === null || again.has(id),
  );
};

/** Tasks that come after `task`, by dependency or by a route, directly or not. */
export const descendantsOf = (
  definition: WorkflowDefinition,
  task: string,
): ReadonlySet<string> => {
  const found = new Set<string>();
  for (const { task: candidate, needs, routers } of graphOf(definition).order) {
    const before = [...needs, ...routers];
    if (before.some((id) => id === task || found.has(id))) found.add(candidate.id);
  }
  return found;
};

/** Children that ended badly with the tasks that run again: they go on, each in its next generation. */
export const resumable = (
  run: RunState,
  runAgain: readonly string[],
): Readonly<Record<string, Child>> => {
  const tops = new Set(runAgain);
  return Object.fromEntries(
    allRows(run).flatMap(({ state: { id, status, attempts } }) => {
      const top = placeOf(run.definition, id)?.steps[0]?.owner.id ?? id;
      const last = attempts.at(-1);
      const child = last?.status === 'COMPLETED' ? null : (last?.child ?? null);
      if (child === null || !tops.has(top) || !BADLY.has(status)) return [];
      return [[id, { ...child, generation: child.generation + 1 }]];
    }),
  );
};

const BADLY: ReadonlySet<TaskStatus> = new Set(['FAILED', 'TIMED_OUT', 'CANCELLED']);

const split = (definition: WorkflowDefinition, again: (id: string) => boolean): Plan => {
  const ids = definition.tasks.map(({ id }) => id);
  return { runAgain: ids.filter(again), kept: ids.filter((id) => !again(id)) };
};

const endedBadly = (run: RunState, id: string): boolean => {
  const task = taskOf(run, id);
  return task !== null && (isFailed(task) || task.status === 'CANCELLED');
};
