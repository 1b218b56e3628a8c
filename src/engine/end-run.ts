/**
 * The end of a run: in one step everything open is cancelled, the output computed, the run
 * ended and its failure workflow asked for (I1: none of it is acted on before it is recorded).
 */
import { raiseAlerts } from './alerts.ts';
import { cancelRow } from './cancel-inside.ts';
import { requestCompensation } from './compensation.ts';
import type { Draft } from './draft.ts';
import type { RunEnded } from './events.ts';
import { failureInput } from './failure-input.ts';
import { createRunId } from './ids.ts';
import { failureKey } from './keys.ts';
import { runOutput } from './run-output.ts';

export type Ending = Omit<RunEnded, 'type' | 'output'> & {
  /** Replaces the output that the definition computes; null or absent: it is computed. */
  readonly output?: RunEnded['output'] | null;
  /** Why what is open is cancelled; absent: the run's own reason. */
  readonly cancelled?: string;
};

export const endRun = (
  draft: Draft,
  { output: given = null, cancelled, ...ending }: Ending,
  { compensate = false }: { readonly compensate?: boolean } = {},
): void => {
  // 1. Alerts, on the figures as they were.
  raiseAlerts(draft);
  // 2. Nothing stays open.
  const reason = cancelled ?? ending.reason ?? 'the run ended';
  for (const { task } of draft.graph.order) cancelRow(draft, task, reason);
  // 3. The output, which never changes the status.
  const output = given ?? runOutput(draft);
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
