import type { Rejection } from '../commands.ts';
import type { Draft } from '../draft.ts';
import { resumable, retryPlan } from '../operator-preview.ts';
import { refuseOperation } from '../permissions.ts';
import { refused } from '../rejection.ts';
import { settle } from '../settle.ts';
import type { RunState } from '../state.ts';
import type { CommandOf } from './command.ts';
import { stillOpen } from './refusals.ts';

/** Starts the next generation: what is FAILED, TIMED_OUT or CANCELLED runs again (I7). */
export const retryRun = (command: CommandOf<'RetryRun'>, draft: Draft): Rejection | null => {
  const { run } = draft;
  const refusal = refuseOperation(run, 'retry', command.actor) ?? refuseRetry(run);
  if (refusal !== null) return refusal;
  const { runAgain } = retryPlan(run);
  draft.emit({
    type: 'GenerationStarted',
    generation: run.generation + 1,
    kind: 'retry',
    runAgain,
    ...(command.fresh === true ? {} : { resume: resumable(run, runAgain) }),
    by: command.actor,
    note: command.note,
  });
  settle(draft);
  return null;
};

const refuseRetry = (run: RunState): Rejection | null => {
  const open = stillOpen(run, 'retry');
  if (open !== null || run.ended === null) return open;
  const hint = `restart ${run.handle} runs all of it again`;
  if (run.status === 'COMPLETED') {
    return refused('RUN_COMPLETED', `Run ${run.handle} is COMPLETED: nothing failed`, hint);
  }
  if (run.ended.cause === 'terminate') {
    const message = `Run ${run.handle} was ended by ${run.ended.task ?? 'a TERMINATE'}, which would end it again`;
    return refused('ENDED_BY_TERMINATE', message, hint);
  }
  if (run.ended.cause === 'check') {
    const message = `Run ${run.handle} was ended by a check (${run.ended.reason ?? ''}), no task would run again`;
    return refused('ENDED_BY_CHECK', message, hint);
  }
  return null;
};
