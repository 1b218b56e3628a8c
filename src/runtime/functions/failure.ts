/** The failure a failure step reports on, read from its run's input. */
import { isJsonObject, type Json, type JsonObject } from '../../lib/json.ts';
import type { RunState } from '../../engine/state.ts';

export interface ReportedFailure {
  /** Id of the failed run; the run itself when it is started by hand. */
  readonly run: string;
  readonly workflow: string;
  readonly status: string;
  readonly reason: string;
  readonly task: string;
  readonly snapshot: JsonObject;
}

export const failureOf = (run: RunState): ReportedFailure => {
  const snapshot = isJsonObject(run.input['failed_run']) ? run.input['failed_run'] : {};
  const workflow = isJsonObject(snapshot['workflow']) ? snapshot['workflow']['id'] : null;
  return {
    run: textOr(run.input['workflow_id'], run.id),
    workflow: textOr(workflow, run.definition.id),
    status: textOr(run.input['failure_status'], 'unknown'),
    reason: textOr(run.input['reason'], 'no reason was given'),
    task: textOr(run.input['failed_task'], 'none'),
    snapshot,
  };
};

export const textOr = (value: Json | undefined, otherwise: string): string =>
  typeof value === 'string' && value !== '' ? value : otherwise;
