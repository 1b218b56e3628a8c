/**
 * Undoing what a run did: when it fails, or is cancelled with compensation, the `compensate` of
 * every completed task is carried out, the task that completed last first. That happens in a run
 * of its own, so that the failed run stays as it ended, while what undoes it has retries,
 * limits, history and views like any other work.
 *
 * I1: asked for in the record that ends the run. I3: the run that undoes has the id given there.
 */
import type { CompensationStep } from './events.ts';
import type {
  Compensation,
  SimpleTaskDefinition,
  TaskDefinition,
  WorkflowDefinition,
} from './definition.ts';
import { derivedDefinition, derivedTask } from './derived-definition.ts';
import type { Draft } from './draft.ts';
import { resolveFields } from './expressions.ts';
import { compensationKey } from './keys.ts';
import { definitionOf, named } from './plan.ts';
import { allRows } from './row-summary.ts';
import { scopeOf } from './scope.ts';
import type { RunState } from './state.ts';
import { errorText } from './tasks.ts';

/** Asks for what undoes the completed tasks of a run that has just ended; nothing when nothing does. */
export const requestCompensation = (draft: Draft): void => {
  const { run } = draft;
  const steps = toUndo(run).flatMap((task): readonly CompensationStep[] => {
    const input = resolveFields(
      task.compensate?.input ?? {},
      scopeOf(run, draft.now, { row: task.id }),
    );
    if (input.ok) return [{ task: task.id, input: input.value }];
    raise(draft, task.id, `${task.id} was not undone: ${errorText(input.error)}`);
    return [];
  });
  if (steps.length === 0) return;
  const key = compensationKey(run);
  const compensationRun = draft.newRunId();
  draft.emit({ type: 'CompensationRequested', key, compensationRun, steps });
};

/** A compensation that could not be had is a warning and an alert; the run's status stays. */
export const raise = (draft: Draft, task: string | null, detail: string): void => {
  draft.emit({ type: 'WarningRaised', task, message: detail });
  draft.emit({
    type: 'AlertRaised',
    key: `${compensationKey(draft.run)}:${task ?? ''}`,
    condition: 'compensate',
    action: 'notify_team',
    detail,
  });
};

/** What undoes the steps: one task after the other, each on its own retry policy. */
export const compensationOf = (
  run: RunState,
  steps: readonly CompensationStep[],
): WorkflowDefinition => {
  const { definition } = run;
  const tasks = steps.flatMap(({ task, input }, index): readonly SimpleTaskDefinition[] => {
    const undone = definitionOf(definition, task);
    if (undone === null || undone.compensate === null) return [];
    const before = steps[index - 1];
    const dependsOn = before === undefined ? [] : [idOf(before.task)];
    return [undoing(undone, undone.compensate, { input, dependsOn })];
  });
  return derivedDefinition(definition, {
    id: `${definition.id.slice(0, 51)}.compensation`,
    name: `Undo ${definition.name}`,
    description: `Undoes what run ${run.handle} did`,
    tasks,
  });
};

const idOf = (task: string): string => `${task}.compensate`;

const undoing = (
  { id, name, agentLevel, priority }: TaskDefinition,
  { executor, timeout, retry }: Compensation,
  given: Pick<SimpleTaskDefinition, 'input' | 'dependsOn'>,
): SimpleTaskDefinition =>
  derivedTask({
    id: idOf(id),
    name: `undo ${name}`,
    agentLevel,
    priority,
    executor,
    timeout,
    retry,
    ...given,
  });

/** Completed tasks, items and iterations that can be undone, the last to complete first. */
const toUndo = (run: RunState): readonly TaskDefinition[] =>
  allRows(run)
    .flatMap(({ definition, state }) =>
      definition.compensate !== null && state.status === 'COMPLETED'
        ? [{ task: named(definition, state.id), order: state.order ?? 0 }]
        : [],
    )
    .sort((a, b) => b.order - a.order)
    .map(({ task }) => task);
