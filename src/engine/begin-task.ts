/** What happens when a task is ready: it is skipped by its `when`, ends at once, or is handed to someone. */
import type { JsonObject } from '../lib/json.ts';
import { chooseCase } from './choose-case.ts';
import { completeTask } from './complete-task.ts';
import { beginItems } from './begin-items.ts';
import type {
  DoWhileTaskDefinition,
  JoinTaskDefinition,
  SetVariableTaskDefinition,
  TaskDefinition,
} from './definition.ts';
import type { Draft } from './draft.ts';
import { conditionHolds, engineError, resolveFields } from './expressions.ts';
import { failTask } from './fail-task.ts';
import { BRANCH_FAILED, joinVerdict } from './join.ts';
import { iterationsOf } from './rows.ts';
import { scopeOf } from './scope.ts';
import { startTask } from './start-task.ts';
import { startWait } from './start-wait.ts';
import { fieldsOf, taskOf } from './tasks.ts';
import { terminate } from './terminate.ts';

/** True when the task's `when` lets it start; otherwise it is skipped, or failed by the condition. */
export const passesWhen = (draft: Draft, task: TaskDefinition): boolean => {
  if (task.when === null) return true;
  const holds = conditionHolds(task.when, scopeOf(draft.run, draft.now, { row: task.id }));
  if (!holds.ok) {
    failTask(draft, task, { status: 'FAILED', error: holds.error, output: {} });
    return false;
  }
  if (holds.value) return true;
  const reason = `when: \`${task.when}\` is false`;
  draft.emit({ type: 'TaskSkipped', task: task.id, by: 'when', reason, output: {} });
  return false;
};

/** Starts a ready task, or ends it if its type needs nobody. */
export const beginTask = (
  draft: Draft,
  task: TaskDefinition,
  suffix: string,
  blocked: ReadonlySet<string>,
): void => {
  switch (task.type) {
    case 'SIMPLE':
    case 'HUMAN':
    case 'SUB_WORKFLOW':
      startTask(draft, task);
      return;
    case 'FORK':
      endAtOnce(draft, task, {});
      return;
    case 'DECISION': {
      const output = chooseCase(draft, task);
      if (output.ok) endAtOnce(draft, task, output.value);
      else failTask(draft, task, { status: 'FAILED', error: output.error, output: {} });
      return;
    }
    case 'JOIN':
      endJoin(draft, task, suffix, blocked);
      return;
    case 'WAIT':
      startWait(draft, task);
      return;
    case 'SET_VARIABLE':
      setVariables(draft, task);
      return;
    case 'TERMINATE':
      terminate(draft, task);
      return;
    case 'FOR_EACH':
      beginItems(draft, task);
      return;
    case 'DO_WHILE':
      beginLoop(draft, task);
      return;
  }
};

/** A loop that was cut off goes on in the iteration it was in. */
const beginLoop = (draft: Draft, { id }: DoWhileTaskDefinition): void => {
  const begun = iterationsOf(taskOf(draft.run, id)?.rows ?? null) > 0;
  draft.emit(
    begun
      ? { type: 'TaskContinued', task: id }
      : { type: 'IterationStarted', task: id, iteration: 1 },
  );
};

const setVariables = (draft: Draft, task: SetVariableTaskDefinition): void => {
  const values = resolveFields(task.variables, scopeOf(draft.run, draft.now, { row: task.id }));
  if (!values.ok) {
    failTask(draft, task, { status: 'FAILED', error: values.error, output: {} });
    return;
  }
  endAtOnce(draft, task, values.value);
  const state = taskOf(draft.run, task.id);
  if (state?.status !== 'COMPLETED') return;
  draft.emit({ type: 'VariablesSet', task: task.id, variables: fieldsOf(state.output) });
};

const endAtOnce = (draft: Draft, task: TaskDefinition, output: JsonObject): void => {
  const error = completeTask(draft, task, { attempt: null, output, agent: null, answer: null });
  if (error !== null) failTask(draft, task, { status: 'FAILED', error, output });
};

const endJoin = (
  draft: Draft,
  task: JoinTaskDefinition,
  suffix: string,
  blocked: ReadonlySet<string>,
): void => {
  const verdict = joinVerdict(draft.run, task, suffix, blocked);
  switch (verdict.type) {
    case 'completed':
      endAtOnce(draft, task, verdict.output);
      return;
    case 'completed_with_errors': {
      const { output, reason } = verdict;
      draft.emit({ type: 'TaskCompletedWithErrors', task: task.id, output, reason });
      return;
    }
    case 'failed': {
      const type = verdict.byBranches ? BRANCH_FAILED : 'TooFewBranches';
      const { error } = engineError(type, verdict.reason);
      failTask(draft, task, { status: 'FAILED', error, output: verdict.output });
      return;
    }
    case 'wait':
    case 'skip':
  }
};
