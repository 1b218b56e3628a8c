/**
 * A dynamic fork becomes a FOR_EACH over the inputs that were computed for it. Which task does
 * an item is fixed here, where Conductor computes that too.
 */
import type { Json, JsonObject } from '../lib/json.ts';
import type { Notes } from './notes.ts';
import type { ConductorTask } from './source.ts';

/** The fields of the FOR_EACH. */
export const dynamicForkOf = (task: ConductorTask, input: JsonObject, notes: Notes): JsonObject => {
  const of = task.taskReferenceName;
  notes.changed(
    of,
    'its output is the list of results in the order of the items, not a map by task',
  );
  const workflow = textOf(input['forkTaskWorkflow']);
  const name = textOf(input['forkTaskName']);
  if (workflow !== null || name !== null) {
    const items = input['forkTaskInputs'] ?? [];
    return workflow === null
      ? { type: 'FOR_EACH', items, task: { assigned_to: name, input: { item: '${item}' } } }
      : { type: 'FOR_EACH', items, workflow, input: { item: '${item}' } };
  }
  const items = input[task.dynamicForkTasksParam ?? 'dynamicTasks'] ?? [];
  notes.lost(
    of,
    'which task does each item is computed in the original; here DYNAMIC_TASK gets every item, with the computed inputs beside it',
    'name the agent in assigned_to, or several FOR_EACH tasks behind a decision',
  );
  const inputs = input[task.dynamicForkTasksInputParamName ?? 'dynamicTasksInput'] ?? null;
  return {
    type: 'FOR_EACH',
    items,
    task: { assigned_to: 'DYNAMIC_TASK', input: { task: '${item}', inputs } },
  };
};

const textOf = (value: Json | undefined): string | null =>
  typeof value === 'string' && value !== '' ? value : null;
