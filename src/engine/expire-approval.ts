/** A HUMAN task that nobody decided in time. It never approves by itself unless its definition names the option. */
import type { JsonObject } from '../lib/json.ts';
import { systemActor } from './actor.ts';
import { completeTask } from './complete-task.ts';
import type { HumanTaskDefinition } from './definition.ts';
import type { Draft } from './draft.ts';
import { formatDuration } from '../../grammar/duration.ts';
import { groupOf } from './graph.ts';
import { failAttempt } from './fail-task.ts';
import type { Attempt } from './state.ts';
import { castVote } from './vote.ts';

/**
 * An option of the task is chosen by the system; ESCALATE alerts and goes to `next_task`,
 * failing the task when there is none; CONTINUE completes without a decision; CANCEL cancels
 * the run; FAIL, like anything unknown, fails the task.
 */
export const expireApproval = (
  draft: Draft,
  task: HumanTaskDefinition,
  { attempt }: Attempt,
): void => {
  const { action } = task.onTimeout;
  const nextTask = knownNext(draft, task);
  draft.emit({ type: 'ApprovalExpired', task: task.id, attempt, action, nextTask });
  const message = `nobody decided within ${formatDuration(task.approvalTimeout ?? 0)} (approval_timeout)`;
  if (task.options.includes(action)) {
    castVote(draft, task, { attempt, option: action, by: systemActor, note: message });
    return;
  }
  if (action === 'CANCEL') {
    draft.emit({ type: 'TaskCancelled', task: task.id, reason: `cancelled: ${message}` });
    return;
  }
  const escalated = action === 'ESCALATE';
  if (escalated) {
    const key = `escalate:${task.id}:${attempt}`;
    const detail = `${task.name}: ${message}`;
    draft.emit({
      type: 'AlertRaised',
      key,
      condition: 'approval_timeout',
      action: 'escalate',
      detail,
    });
  }
  const goesOn = action === 'CONTINUE' || (escalated && nextTask !== null);
  const output = undecided(escalated, nextTask);
  const problem = goesOn
    ? completeTask(draft, task, { attempt, output, agent: null, answer: null })
    : { type: 'ApprovalTimeout', message, retryable: null, retryAfter: null };
  if (problem === null) return;
  failAttempt(draft, task, {
    attempt,
    status: goesOn ? 'FAILED' : 'TIMED_OUT',
    error: problem,
    output,
    agent: null,
    answer: null,
  });
};

const undecided = (escalated: boolean, nextTask: string | null): JsonObject => ({
  approval_decision: null,
  notes: null,
  decided_by: null,
  decided_at: null,
  ...(escalated ? { escalated } : {}),
  next_tasks: nextTask === null ? [] : [nextTask],
});

/** Where the expiry routes to; a task the definition does not have counts as none. */
const knownNext = (draft: Draft, { id, onTimeout }: HumanTaskDefinition): string | null => {
  const { graph } = groupOf(draft.run.definition, id);
  return onTimeout.nextTask !== null && graph.nodes.has(onTimeout.nextTask)
    ? onTimeout.nextTask
    : null;
};
