import type { Rejection } from '../commands.ts';
import type { Draft } from '../draft.ts';
import { retryPlan } from '../operator-preview.ts';
import { refuseOperation } from '../permissions.ts';
import { refused } from '../rejection.ts';
import { settle } from '../settle.ts';
import type { RunState } from '../state.ts';
import type { CommandOf } from './command.ts';

/** Starts the next generation: what is FAILED, TIMED_OUT or CANCELLED runs again (I7). */
export const retryRun = (command: CommandOf<'RetryRun'>, draft: Draft): Rejection | null => {
  const { run } = draft;
  const refusal = refuseOperation(run, 'retry', command.actor) ?? refuseRetry(run);
  if (refusal !== null) return refusal;
  draft.emit({
    type: 'GenerationStarted',
    generation: run.generation + 1,
    kind: 'retry',
    runAgain: retryPlan(run).runAgain,
    by: command.actor,
    note: command.note,
  });
  settle(draft);
  return null;
};

const refuseRetry = (run: RunState): Rejection | null => {
  if (run.ended === null) {
    const hint = `To stop it first: cancel ${run.handle}`;
    return refused('RUN_OPEN', `Run ${run.handle} is ${run.status}: nothing to retry yet`, hint);
  }
  if (run.status === 'COMPLETED') {
    const message = `Run ${run.handle} is COMPLETED: nothing failed`;
    return refused('RUN_COMPLETED', message, 'Start it again as a new run');
  }
  if (run.ended.cause === 'check') {
    const message = `Run ${run.handle} was ended by a check (${run.ended.reason ?? ''}), no task would run again`;
    return refused('ENDED_BY_CHECK', message, 'Mend the cause and start a new run');
  }
  return null;
};
