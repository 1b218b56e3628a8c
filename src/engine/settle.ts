/**
 * Follows a decision to its end: skips, completes, dispatches and retries whatever the
 * events so far make possible, and ends the run when its time has come, so that one record
 * holds everything that follows from one command.
 *
 * I6: a run that is left RUNNING has something under way or owed.
 * While the run is PAUSED nothing follows; RESUME settles what was recorded meanwhile.
 */
import { byUrgency, type Candidate } from './candidate.ts';
import { isSlotTask, type SlotTask } from './concurrency-key.ts';
import type { Draft } from './draft.ts';
import type { Evaluated } from './expressions.ts';
import { failTask } from './fail-task.ts';
import { endByFailure, finishRun } from './finish-run.ts';
import { fatalTask } from './failures.ts';
import { freeSlots } from './free-slots.ts';
import { isHeld } from './hold.ts';
import { keyOf } from './key-of.ts';
import type { Pass } from './pass.ts';
import { pushBack } from './push-back.ts';
import { startTask } from './start-task.ts';
import type { TaskState } from './state.ts';
import { isTerminal, taskOf } from './tasks.ts';
import { visitGroup } from './visit.ts';

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

/** Visits every row after all it waits for. True when something happened that needs another pass. */
const onePass = (draft: Draft): boolean => {
  const pass: Pass = { blocked: new Set(), forSlots: [] };
  const stopped = visitGroup(draft, { graph: draft.graph, suffix: '' }, pass);
  return stopped || fillSlots(draft, pass.forSlots);
};

/** The most urgent first; who finds no slot waits for one. */
const fillSlots = (draft: Draft, candidates: readonly Candidate[]): boolean => {
  let ended = false;
  for (const { task } of [...candidates].sort(byUrgency(draft))) {
    const state = taskOf(draft.run, task.id);
    if (state === null || !isSlotTask(task)) continue;
    // What is around it may have ended since it was found ready.
    if (state.status !== 'PENDING' && state.status !== 'RETRYING') continue;
    startOrQueue(draft, task, state);
    if (fatalTask(draft.run) !== null) return true;
    ended ||= isTerminal(taskOf(draft.run, task.id) ?? state);
  }
  return ended;
};

/**
 * Who holds a place of a key is known across runs only, so a task with a key always waits for a
 * GrantSlot; one without begins as long as its agent has a slot.
 */
const startOrQueue = (draft: Draft, task: SlotTask, state: TaskState): void => {
  const queued = state.status === 'PENDING' && state.queuedAt !== null;
  const key: Evaluated<string | null> = queued
    ? { ok: true, value: state.queuedFor?.key ?? null }
    : keyOf(draft, task, state);
  if (!key.ok) {
    failTask(draft, task, { status: 'FAILED', error: key.error, output: {} });
    return;
  }
  const free = freeSlots(draft, task);
  if (key.value === null && (free ?? 1) > 0) startTask(draft, task);
  else if (!queued) {
    const agent = free !== null && task.type === 'SIMPLE' ? task.executor.name : null;
    const forKey = key.value === null ? {} : { key: key.value };
    draft.emit({ type: 'TaskQueued', task: task.id, agent, ...forKey });
  }
};
