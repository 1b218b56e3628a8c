/** What events about one task change: its status. What they change in its attempts is `attempts.ts`. */
import type { RunEvent } from '../events.ts';
import type { RunState, TaskBase, TaskState } from '../state.ts';
import { taskOf } from '../tasks.ts';
import { attemptsAfter } from './attempts.ts';
import type { Change } from './change.ts';

export const taskChange = (run: RunState, event: RunEvent, at: number): Change => {
  if (!('task' in event) || event.task === null) return {};
  const task = taskOf(run, event.task);
  if (task === null) return {};
  const attempts = attemptsAfter(task.attempts, event, at);
  const { id, generation, feedback } = task;
  const base = { id, generation, attempts, ...(feedback === undefined ? {} : { feedback }) };
  const next = statusAfter(task, base, event, { at, order: run.eventCount });
  if (next !== null) return { tasks: { [task.id]: next } };
  return attempts === task.attempts ? {} : { tasks: { [task.id]: { ...task, attempts } } };
};

/** The task after the event, or null when its status stays. */
const statusAfter = (
  task: TaskState,
  base: TaskBase,
  event: RunEvent,
  { at, order }: { readonly at: number; readonly order: number },
): TaskState | null => {
  switch (event.type) {
    case 'TaskQueued':
      return { ...base, status: 'PENDING', queuedAt: at };
    case 'TaskSkipRequested': {
      if (task.status !== 'PENDING') return null;
      const reason = `skipped by ${event.by.name}${event.note === null ? '' : `: ${event.note}`}`;
      return { ...task, skip: { reason, output: event.output } };
    }
    case 'TaskDispatched':
      return { ...base, status: 'IN_PROGRESS' };
    case 'ApprovalRequested': {
      const { input, options, quorum, expiresAt } = event;
      const approval = { requestedAt: at, input, options, quorum, expiresAt, votes: [] };
      return { ...base, status: 'PENDING_APPROVAL', approval };
    }
    case 'OptionChosen': {
      if (task.status !== 'PENDING_APPROVAL') return null;
      const { by, option, note } = event;
      const others = task.approval.votes.filter((vote) => vote.by.id !== by.id);
      const votes = [...others, { by, option, note, at }];
      return { ...task, approval: { ...task.approval, votes } };
    }
    case 'RetryScheduled':
      return { ...base, status: 'RETRYING', since: at, dueAt: event.dueAt };
    case 'TaskCompleted':
      return { ...base, status: 'COMPLETED', endedAt: at, output: event.output, order };
    case 'TaskCompletedWithErrors': {
      const { output, reason } = event;
      return { ...base, status: 'COMPLETED_WITH_ERRORS', endedAt: at, output, reason };
    }
    case 'TaskFailed': {
      const { status, output, error } = event;
      return { ...base, status, endedAt: at, output, error };
    }
    case 'TaskSkipped': {
      const { reason, by, output } = event;
      return { ...base, status: 'SKIPPED', endedAt: at, reason, by, output };
    }
    case 'TaskCancelled':
      return { ...base, status: 'CANCELLED', endedAt: at, reason: event.reason };
    default:
      return null;
  }
};
