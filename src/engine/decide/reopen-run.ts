import type { Rejection } from '../commands.ts';
import type { Draft } from '../draft.ts';
import { resumable, retryPlan } from '../operator-preview.ts';
import { refused } from '../rejection.ts';
import { settle } from '../settle.ts';
import type { RunState } from '../state.ts';
import { isFailed, taskOf } from '../tasks.ts';
import type { CommandOf } from './command.ts';

/**
 * A child goes on that this run ended because of: the run goes on with it, in its next
 * generation, as after a retry. Any other run, and one whose work is undone, is left alone.
 */
export const reopenRun = (command: CommandOf<'ReopenRun'>, draft: Draft): Rejection | null => {
  const { run } = draft;
  const { task, child, generation } = command;
  const last = taskOf(run, task)?.attempts.at(-1);
  const known = last?.child?.run === child ? last.child : null;
  const undone = run.compensation !== null;
  const isNews = known !== null && known.generation < generation;
  if (!isNews || undone || !endedBecauseOf(run, task)) {
    return refused('NOT_REOPENED', `Run ${run.handle} did not end because of ${child}`, null);
  }
  const { runAgain } = retryPlan(run);
  draft.emit({
    type: 'GenerationStarted',
    generation: run.generation + 1,
    kind: 'reopen',
    runAgain,
    by: command.actor,
    note: `${child} goes on`,
    from: task,
    resume: { ...resumable(run, runAgain), [task]: { ...known, generation } },
  });
  settle(draft);
  return null;
};

/** The task's failure ended the run, alone or with others that were let run on. */
const endedBecauseOf = (run: RunState, id: string): boolean => {
  if (run.ended?.cause !== 'task' || run.status === 'COMPLETED') return false;
  if (run.ended.task === id) return true;
  const task = taskOf(run, id);
  return task !== null && isFailed(task);
};
