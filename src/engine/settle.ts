/**
 * Follows a decision to its end: skips, completes, dispatches and retries whatever the
 * events so far make possible, and ends the run when its time has come, so that one record
 * holds everything that follows from one command.
 *
 * I6: a run that is left RUNNING has something under way or owed.
 * While the run is PAUSED nothing follows; RESUME settles what was recorded meanwhile.
 */
import { byUrgency, type Candidate } from './candidate.ts';
import type { Draft } from './draft.ts';
import { endByFailure, finishRun } from './finish-run.ts';
import { fatalTask } from './failures.ts';
import { freeSlots } from './free-slots.ts';
import { isHeld } from './hold.ts';
import type { Pass } from './pass.ts';
import { pushBack } from './push-back.ts';
import { startTask } from './start-task.ts';
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

/** First come first served within a priority; who finds no slot waits for one. */
const fillSlots = (draft: Draft, candidates: readonly Candidate[]): boolean => {
  let ended = false;
  for (const { task } of [...candidates].sort(byUrgency(draft))) {
    const state = taskOf(draft.run, task.id);
    if (state === null || task.type !== 'SIMPLE') continue;
    if ((freeSlots(draft, task) ?? 1) > 0) {
      startTask(draft, task);
      if (fatalTask(draft.run) !== null) return true;
      ended ||= isTerminal(taskOf(draft.run, task.id) ?? state);
    } else if (state.status !== 'PENDING' || state.queuedAt === null) {
      draft.emit({ type: 'TaskQueued', task: task.id, agent: task.executor.name });
    }
  }
  return ended;
};
