/** What events about one task change: its status. What they change in its attempts is `attempts.ts`. */
import type { RunEvent } from '../events.ts';
import { definitionOf } from '../plan.ts';
import { itemRows, mapRows, withIteration, withRow } from '../rows.ts';
import type { Rows, RunState, TaskBase, TaskState } from '../state.ts';
import { taskOf } from '../tasks.ts';
import { attemptsAfter } from './attempts.ts';
import type { Change } from './change.ts';

export const taskChange = (run: RunState, event: RunEvent, at: number): Change => {
  if (!('task' in event) || event.task === null) return {};
  const task = taskOf(run, event.task);
  if (task === null) return {};
  const attempts = attemptsAfter(task.attempts, event, at);
  const { id, generation, feedback, earlier } = task;
  const rows = rowsAfter(run, task, event, at);
  const base: TaskBase =
    feedback === undefined && earlier === undefined
      ? { id, generation, attempts, rows }
      : {
          id,
          generation,
          attempts,
          rows,
          ...(feedback === undefined ? {} : { feedback }),
          ...(earlier === undefined ? {} : { earlier }),
        };
  const next = statusAfter(task, base, event, { at, order: run.eventCount });
  if (next !== null) return { tasks: withRow(run, next) };
  if (attempts === task.attempts && rows === task.rows) return {};
  return { tasks: withRow(run, { ...task, attempts, rows }) };
};

/** The rows inside a task after an event about it. */
const rowsAfter = (run: RunState, task: TaskState, event: RunEvent, at: number): Rows | null => {
  switch (event.type) {
    case 'ItemsResolved':
      return itemRows(run, task, event, at);
    case 'IterationStarted': {
      const definition = definitionOf(run.definition, task.id);
      const members = definition?.type === 'DO_WHILE' ? definition.members : [];
      return withIteration(run, task, members, at);
    }
    case 'ItemsCancelled':
      return task.rows === null ? null : mapRows(task.rows, cancelled(event.reason, at));
    default:
      return task.rows;
  }
};

const cancelled =
  (reason: string, endedAt: number) =>
  (row: TaskState): TaskState =>
    row.status === 'PENDING' && row.queuedAt === null
      ? {
          id: row.id,
          generation: row.generation,
          attempts: row.attempts,
          rows: row.rows,
          ...(row.earlier === undefined ? {} : { earlier: row.earlier }),
          status: 'CANCELLED',
          endedAt,
          reason,
        }
      : row;

/**
 * The task after the event, or null when its status stays. `status` stands first: where a spread
 * stands first and new fields follow, Node 20 makes a hidden class for each object, which takes
 * more time and memory than the object.
 */
const statusAfter = (
  task: TaskState,
  base: TaskBase,
  event: RunEvent,
  { at, order }: { readonly at: number; readonly order: number },
): TaskState | null => {
  switch (event.type) {
    case 'TaskQueued': {
      const { key, agent } = event;
      const queued = { status: 'PENDING', ...base, queuedAt: at } as const;
      return key === undefined ? queued : { queuedFor: { key, agent }, ...queued };
    }
    case 'TaskSkipRequested': {
      if (task.status !== 'PENDING') return null;
      const reason = `skipped by ${event.by.name}${event.note === null ? '' : `: ${event.note}`}`;
      return { ...task, skip: { reason, output: event.output } };
    }
    case 'TaskDispatched':
    case 'ItemsResolved':
    case 'IterationStarted':
    case 'TaskContinued':
    case 'WaitStarted':
      return { status: 'IN_PROGRESS', ...base };
    case 'ApprovalRequested': {
      const { input, options, quorum, expiresAt } = event;
      const approval = { requestedAt: at, input, options, quorum, expiresAt, votes: [] };
      return { status: 'PENDING_APPROVAL', ...base, approval };
    }
    case 'OptionChosen': {
      if (task.status !== 'PENDING_APPROVAL') return null;
      const { by, option, note } = event;
      const others = task.approval.votes.filter((vote) => vote.by.id !== by.id);
      const votes = [...others, { by, option, note, at }];
      return { ...task, approval: { ...task.approval, votes } };
    }
    case 'RetryScheduled':
      return { status: 'RETRYING', ...base, since: at, dueAt: event.dueAt };
    case 'TaskCompleted':
      return { status: 'COMPLETED', ...base, endedAt: at, output: event.output, order };
    case 'TaskCompletedWithErrors': {
      const { output, reason } = event;
      return { status: 'COMPLETED_WITH_ERRORS', ...base, endedAt: at, output, reason };
    }
    case 'TaskFailed': {
      const { status, output, error } = event;
      return { status, ...base, endedAt: at, output, error };
    }
    case 'TaskSkipped': {
      const { reason, by, output } = event;
      return { status: 'SKIPPED', ...base, endedAt: at, reason, by, output };
    }
    case 'TaskCancelled':
      return { status: 'CANCELLED', ...base, endedAt: at, reason: event.reason };
    default:
      return null;
  }
};
