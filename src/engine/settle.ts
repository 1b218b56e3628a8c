/**
 * Follows a decision to its end: skips, completes, dispatches and retries whatever the
 * events so far make possible, and ends the run when its time has come, so that one record
 * holds everything that follows from one command.
 *
 * I6: a run that is left RUNNING has something under way or owed.
 * While the run is PAUSED nothing follows; RESUME settles what was recorded meanwhile.
 */
import { beginTask, passesWhen } from './begin-task.ts';
import type { Draft } from './draft.ts';
import { endByFailure, finishRun } from './finish-run.ts';
import { fatalTask, isFatal } from './failures.ts';
import type { GraphNode } from './graph.ts';
import { isHeld } from './hold.ts';
import { never } from './never.ts';
import { pushBack } from './push-back.ts';
import { readinessOf } from './readiness.ts';
import { startTask } from './start-task.ts';
import { isTerminal, taskOf } from './tasks.ts';

export const settle = (draft: Draft): void => {
  for (let again = true; again;) {
    if (draft.run.status !== 'RUNNING' || isHeld(draft.run)) return;
    const fatal = fatalTask(draft.run);
    if (fatal !== null) {
      endByFailure(draft, fatal);
      return;
    }
    again = pushBack(draft) || onePass(draft);
  }
  finishRun(draft);
};

/** Visits every task after all it waits for. True when something happened that needs another pass. */
const onePass = (draft: Draft): boolean => {
  const blocked = new Set<string>();
  const forSlots: GraphNode[] = [];
  for (const node of draft.graph.order) {
    if (mayBegin(draft, node, blocked)) {
      if (freeSlots(draft, node) === null) beginTask(draft, node.task, blocked);
      else forSlots.push(node);
    }
    if (isFatal(draft.run, node.task)) return true;
  }
  return fillSlots(draft, forSlots);
};

/** Whether the task is to begin now; skips it, fails it by its `when`, or notes it as blocked otherwise. */
const mayBegin = (draft: Draft, node: GraphNode, blocked: Set<string>): boolean => {
  const task = taskOf(draft.run, node.task.id);
  if (task?.status === 'RETRYING') return task.dueAt <= draft.now;
  if (task?.status !== 'PENDING') return false;
  if (task.queuedAt !== null && task.skip === undefined) return true;
  const readiness = readinessOf(draft.run, node, blocked);
  switch (readiness.type) {
    case 'wait':
      return false;
    case 'blocked':
      blocked.add(task.id);
      return false;
    case 'skip': {
      const { by, reason, output } = readiness;
      draft.emit({ type: 'TaskSkipped', task: task.id, by, reason, output });
      return false;
    }
    case 'ready':
      return passesWhen(draft, node.task);
    default:
      return never(readiness);
  }
};

/** Free slots of the task's agent, or null when it needs none. */
const freeSlots = (draft: Draft, { task }: GraphNode): number | null =>
  task.type === 'SIMPLE' && task.executor.kind === 'agent'
    ? draft.freeSlots(task.executor.name)
    : null;

/** First come first served within a priority; who finds no slot waits for one. */
const fillSlots = (draft: Draft, nodes: readonly GraphNode[]): boolean => {
  let ended = false;
  for (const node of [...nodes].sort(byUrgency(draft))) {
    const { task } = node;
    const state = taskOf(draft.run, task.id);
    if (state === null || task.type !== 'SIMPLE') continue;
    if ((freeSlots(draft, node) ?? 1) > 0) {
      startTask(draft, task);
      if (isFatal(draft.run, task)) return true;
      ended ||= isTerminal(taskOf(draft.run, task.id) ?? state);
    } else if (state.status !== 'PENDING' || state.queuedAt === null) {
      draft.emit({ type: 'TaskQueued', task: task.id, agent: task.executor.name });
    }
  }
  return ended;
};

const byUrgency =
  (draft: Draft) =>
  (a: GraphNode, b: GraphNode): number =>
    b.task.priority - a.task.priority ||
    queuedAt(draft, a) - queuedAt(draft, b) ||
    a.index - b.index;

const queuedAt = (draft: Draft, { task }: GraphNode): number => {
  const state = taskOf(draft.run, task.id);
  return state?.status === 'PENDING' ? (state.queuedAt ?? draft.now) : draft.now;
};
