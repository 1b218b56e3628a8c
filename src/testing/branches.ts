/** Which branches of a definition's decisions there are, and which a run took. */
import { allTasks } from '../engine/plan.ts';
import type { WorkflowDefinition } from '../engine/definition.ts';
import type { RunView } from '../engine/view.types.ts';

/** Every branch as `<decision>.<case>`, in written order; `default` where a default case is written. */
export const branchesOf = (definition: WorkflowDefinition): readonly string[] =>
  allTasks(definition).flatMap((task) =>
    task.type === 'DECISION'
      ? [
          ...task.cases.map(({ key }) => `${task.id}.${key}`),
          ...(task.defaultCase === null ? [] : [`${task.id}.default`]),
        ]
      : [],
  );

/** The branches that `run` took. */
export const takenBy = (run: RunView): readonly string[] =>
  run.tasks.flatMap(({ task, chosen_case: taken }) => (taken === null ? [] : [`${task}.${taken}`]));
