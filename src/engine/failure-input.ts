import type { Json, JsonObject } from '../lib/json.ts';
import { failuresOf } from './failures.ts';
import type { RunState, TaskState } from './state.ts';
import { errorText, isFailed } from './tasks.ts';

/** What a failure workflow is given: the run's input, what failed, and the run as it was. */
export const failureInput = (run: RunState): JsonObject => ({
  ...run.input,
  workflow_id: run.id,
  reason: run.ended?.reason ?? null,
  failure_status: run.status,
  failed_task: run.ended?.task ?? null,
  failed_run: snapshot(run),
});

const snapshot = (run: RunState): JsonObject => ({
  run: run.id,
  handle: run.handle,
  workflow: { id: run.definition.id, version: run.definition.version, sha256: run.sha256 },
  status: run.status,
  reason: run.ended?.reason ?? null,
  generation: run.generation,
  started_by: run.startedBy.name,
  input: run.input,
  output: run.ended?.output ?? null,
  tasks: Object.fromEntries(
    [...Object.values(run.tasks), ...failuresOf(run).filter(isFailed)].map(
      (task): [string, Json] => [task.id, taskSnapshot(task)],
    ),
  ),
});

const taskSnapshot = (task: TaskState): JsonObject => ({
  status: task.status,
  attempts: task.attempts.length,
  reason: reasonOf(task),
  output: 'output' in task ? task.output : null,
});

const reasonOf = (task: TaskState): string | null => {
  if (isFailed(task)) return errorText(task.error);
  return 'reason' in task ? task.reason : null;
};
