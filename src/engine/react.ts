/**
 * Owns what the world owes a run: offers of open attempts, calls of the bridge's functions,
 * child runs, files, checks and the failure workflow. Computed from the recorded state alone (I2), each
 * with its key (I3); the reactor owns what was done about it.
 */
import { resolvedAccess } from './access.ts';
import type { SimpleTaskDefinition } from './definition.ts';
import type { Effect } from './effects.ts';
import { callKey, childKey, offerKey } from './keys.ts';
import { never } from './never.ts';
import { placeOf } from './plan.ts';
import { openRows } from './row-summary.ts';
import { previousFailure } from './start-task.ts';
import type { Attempt, PendingEffect, RunState, TaskState } from './state.ts';
import { openAttempt } from './tasks.ts';

/** Everything owed now, no key twice. */
export const react = (state: RunState): readonly Effect[] => {
  const effects: Effect[] = [];
  if (state.ended === null) {
    for (const { definition: task, state: current } of openRows(state)) {
      const attempt = openAttempt(current);
      if (current.status !== 'IN_PROGRESS' || attempt === null) continue;
      if (attempt.child !== null) {
        const { child, attempt: number } = attempt;
        const key = childKey(state, task.id, number);
        const named = { run: state.id, task: task.id, attempt: number };
        effects.push({ type: 'RunChild', key, ...named, child });
        continue;
      }
      if (task.type !== 'SIMPLE') continue;
      // A deferred attempt is on nobody's table until TaskOffered.
      if (attempt.offerAt === null) effects.push(rememberedWork(state, task, current, attempt));
    }
  }
  for (const [key, pending] of Object.entries(state.pendingEffects)) {
    const effect = owed(state, key, pending);
    if (effect !== null) effects.push(effect);
  }
  return effects;
};

/** An open attempt owes the same as long as nothing happens to it, or to what the run was given. */
const rememberedWork = (
  run: RunState,
  task: SimpleTaskDefinition,
  state: TaskState,
  attempt: Attempt,
): Effect => {
  const known = works.get(attempt);
  if (known?.definition === run.definition && known.input === run.input) return known.effect;
  const effect = workOf(run, task, state, attempt);
  works.set(attempt, { definition: run.definition, input: run.input, effect });
  return effect;
};

const works = new WeakMap<
  Attempt,
  Pick<RunState, 'definition' | 'input'> & { readonly effect: Effect }
>();

const workOf = (
  run: RunState,
  task: SimpleTaskDefinition,
  state: TaskState,
  { attempt, lease, input, dispatchedAt, deadline }: Attempt,
): Effect => {
  const common = { run: run.id, task: task.id, attempt, lease, input };
  if (task.executor.kind === 'function') {
    const key = callKey(run, task.id, attempt, lease);
    return { type: 'CallFunction', key, ...common, name: task.executor.name };
  }
  const failure = previousFailure(state);
  return {
    type: 'OfferTask',
    key: offerKey(run, task.id, attempt, lease),
    ...common,
    seal: run.seal,
    definitionTask: placeOf(run.definition, task.id)?.task.id ?? task.id,
    taskName: task.name,
    agent: task.executor.name,
    agentLevel: task.agentLevel,
    workflow: run.definition.id,
    dispatchedAt,
    deadline,
    timeout: task.timeout,
    heartbeat: task.heartbeat,
    previousFailure: failure === null ? null : `${failure.type}: ${failure.message}`,
    previousFeedback: state.feedback ?? null,
    forbidden: run.definition.permissions.forbiddenOperations,
    readAccess: resolvedAccess(run, run.definition.permissions.readAccess),
    writeAccess: resolvedAccess(run, run.definition.permissions.writeAccess),
    urgency: urgencyOf(task.priority),
  };
};

/** Files wait while the run is paused; checks wait for files, and are not made of a run that ended. */
const owed = (run: RunState, key: string, pending: PendingEffect): Effect | null => {
  switch (pending.type) {
    case 'file': {
      if (run.status === 'PAUSED') return null;
      const { task, path, content, format } = pending;
      const writeAccess = resolvedAccess(run, run.definition.permissions.writeAccess);
      return { type: 'WriteFile', key, run: run.id, task, path, content, format, writeAccess };
    }
    case 'checks':
      return run.ended === null ? { type: 'RunChecks', key, run: run.id } : null;
    case 'failure_workflow': {
      const { run: failureRun, input } = pending;
      return { type: 'StartFailureWorkflow', key, run: run.id, failureRun, input };
    }
    case 'compensation': {
      const { run: compensationRun, steps } = pending;
      return { type: 'Compensate', key, run: run.id, compensationRun, steps };
    }
    default:
      return never(pending);
  }
};

const urgencyOf = (priority: number): string => {
  if (priority === 0) return 'normal';
  return priority > 0 ? 'high' : 'low';
};
