/** A TERMINATE task ends the run in the step that reaches it. */
import { isJsonObject, type Json } from '../lib/json.ts';
import { completeTask } from './complete-task.ts';
import type { TerminateTaskDefinition } from './definition.ts';
import type { Draft } from './draft.ts';
import { endRun } from './end-run.ts';
import { engineError, resolve, type Evaluated } from './expressions.ts';
import { failTask } from './fail-task.ts';
import { scopeOf } from './scope.ts';

/** The task is COMPLETED, everything open CANCELLED, and the run has the status it names. */
export const terminate = (draft: Draft, task: TerminateTaskDefinition): void => {
  const said = sayingOf(draft, task);
  if (!said.ok) {
    failTask(draft, task, { status: 'FAILED', error: said.error, output: {} });
    return;
  }
  const { reason, output } = said.value;
  const done = {
    attempt: null,
    output: { status: task.status, reason },
    agent: null,
    answer: null,
  };
  const error = completeTask(draft, task, done);
  if (error !== null) {
    failTask(draft, task, { status: 'FAILED', error, output: {} });
    return;
  }
  const unsaid = task.status === 'COMPLETED' ? null : `${task.id} ended the run`;
  endRun(draft, {
    status: task.status,
    cause: 'terminate',
    task: task.id,
    reason: reason ?? unsaid,
    by: null,
    output,
    cancelled: `${task.id} ended the run${reason === null ? '' : `: ${reason}`}`,
  });
};

interface Saying {
  readonly reason: string | null;
  /** null: the definition's output is computed. */
  readonly output: { readonly [name: string]: Json } | null;
}

const sayingOf = (draft: Draft, task: TerminateTaskDefinition): Evaluated<Saying> => {
  const scope = scopeOf(draft.run, draft.now, { row: task.id });
  const reason = resolve(task.reason, scope);
  if (!reason.ok) return reason;
  const output = resolve(task.runOutput, scope);
  if (!output.ok) return output;
  if (output.value !== null && !isJsonObject(output.value)) {
    const shown = JSON.stringify(output.value).slice(0, 80);
    return engineError('OutputError', `the output of a run must be a map, and is ${shown}`);
  }
  const said = reason.value;
  const text = said === null || typeof said === 'string' ? said : JSON.stringify(said);
  return { ok: true, value: { reason: text, output: output.value } };
};
