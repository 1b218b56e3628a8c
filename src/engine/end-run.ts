/**
 * The end of a run: in one step everything open is cancelled, the output computed, the run
 * ended and its failure workflow asked for (I1: none of it is acted on before it is recorded).
 */
import { raiseAlerts } from './alerts.ts';
import { requestCompensation } from './compensation.ts';
import type { Draft } from './draft.ts';
import type { RunEnded } from './events.ts';
import { failureInput } from './failure-input.ts';
import { createRunId } from './ids.ts';
import { failureKey } from './keys.ts';
import { runOutput } from './run-output.ts';
import { isTerminal } from './tasks.ts';

export type Ending = Omit<RunEnded, 'type' | 'output'>;

export const endRun = (
  draft: Draft,
  ending: Ending,
  { compensate = false }: { readonly compensate?: boolean } = {},
): void => {
  // 1. Alerts, on the figures as they were.
  raiseAlerts(draft);
  // 2. Nothing stays open.
  const reason = ending.reason ?? 'the run ended';
  for (const { task } of draft.graph.order) {
    const state = draft.run.tasks[task.id];
    if (state === undefined || isTerminal(state)) continue;
    draft.emit({ type: 'TaskCancelled', task: task.id, reason });
  }
  // 3. The output, which never changes the status.
  const output = runOutput(draft);
  draft.emit({ type: 'RunEnded', ...ending, output });
  // 4. What undoes it.
  const failed = ending.status === 'FAILED' || ending.status === 'TIMED_OUT';
  if (failed || compensate) requestCompensation(draft);
  // 5. The failure workflow, once per generation. A failure run has none of its own, so that
  //    failures never chain without end.
  const { run } = draft;
  if (!failed) return;
  if (run.definition.failureWorkflow === null || run.failureOf !== null) return;
  draft.emit({
    type: 'FailureWorkflowRequested',
    key: failureKey(run),
    failureRun: createRunId(draft.now, draft.entropy.slice(20)),
    input: failureInput(run),
  });
};
