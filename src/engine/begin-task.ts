/** What happens when a task is ready: it is skipped by its `when`, ends at once, or is handed to someone. */
import type { JsonObject } from '../lib/json.ts';
import { chooseCase } from './choose-case.ts';
import { completeTask } from './complete-task.ts';
import type { JoinTaskDefinition, TaskDefinition } from './definition.ts';
import type { Draft } from './draft.ts';
import { conditionHolds, engineError } from './expressions.ts';
import { failTask } from './fail-task.ts';
import { BRANCH_FAILED, joinVerdict } from './join.ts';
import { scopeOf } from './scope.ts';
import { startTask } from './start-task.ts';

/** True when the task's `when` lets it start; otherwise it is skipped, or failed by the condition. */
export const passesWhen = (draft: Draft, task: TaskDefinition): boolean => {
  if (task.when === null) return true;
  const holds = conditionHolds(task.when, scopeOf(draft.run, draft.now));
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
      endJoin(draft, task, blocked);
      return;
    case 'FOR_EACH':
    case 'WAIT':
    case 'TERMINATE':
    case 'SET_VARIABLE':
    case 'DO_WHILE': {
      const message = `this version cannot run tasks of type ${task.type} yet`;
      const { error } = engineError('NotAvailable', message);
      failTask(draft, task, { status: 'FAILED', error, output: {} });
    }
  }
};

const endAtOnce = (draft: Draft, task: TaskDefinition, output: JsonObject): void => {
  const error = completeTask(draft, task, { attempt: null, output, agent: null, answer: null });
  if (error !== null) failTask(draft, task, { status: 'FAILED', error, output });
};

const endJoin = (draft: Draft, task: JoinTaskDefinition, blocked: ReadonlySet<string>): void => {
  const verdict = joinVerdict(draft.run, task, blocked);
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
