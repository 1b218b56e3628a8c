/**
 * What templates and conditions of a run can name: `workflow`, its tasks, `self`, `secret`, and the
 * metrics. A task's name wins over a metric's.
 */
import type { Scope } from '../../grammar/scope.ts';
import type { Json, JsonObject } from '../lib/json.ts';
import { isMetric, metricOf, numberIn } from './metrics.ts';
import { secretNames, secretReference } from './secrets.ts';
import type { RunState } from './state.ts';
import { outputOf, taskOf } from './tasks.ts';

export interface ScopeExtras {
  /** The task being dispatched. */
  readonly self?: JsonObject;
  /** A task that is just ending: its output counts already. */
  readonly ending?: { readonly task: string; readonly status: string; readonly output: Json };
}

export const scopeOf = (run: RunState, now: number, extras: ScopeExtras = {}): Scope => ({
  lookup(root) {
    if (root === 'workflow') return found(workflowOf(run));
    if (root === 'secret') return run.seal === null ? missing : found(secretsOf(run, run.seal));
    if (root === 'self') return extras.self === undefined ? missing : found(extras.self);
    if (extras.ending?.task === root) {
      const { status, output } = extras.ending;
      return found({ status, output: output ?? {} });
    }
    const task = taskOf(run, root);
    if (task !== null) return found({ status: task.status, output: outputOf(task) });
    if (!isMetric(run, root)) return missing;
    const own = numberIn(extras.ending?.output ?? null, root);
    const metric = own ?? metricOf(run, root, now);
    return metric === null ? missing : found(metric);
  },
});

const found = (value: Json): { readonly found: true; readonly value: Json } => ({
  found: true,
  value,
});

const missing = { found: false } as const;

/** References, never values. */
const secretsOf = (run: RunState, seal: string): JsonObject =>
  Object.fromEntries(
    secretNames(run.definition).map((name) => [
      name,
      secretReference(seal, { type: 'named', name }),
    ]),
  );

const workflowOf = (run: RunState): JsonObject => ({
  id: run.id,
  definition: run.definition.id,
  handle: run.handle,
  started_by: run.startedBy.name,
  input: run.input,
  variables: {},
});
