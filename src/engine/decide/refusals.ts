/** Refusals that several commands share. */
import { suggest } from '../../../grammar/suggest.ts';
import type { Rejection } from '../commands.ts';
import type { WorkflowDefinition } from '../definition.ts';
import { notFound, refused } from '../rejection.ts';
import type { RunState } from '../state.ts';

/** The refusal for a run that is over, or null. */
export const alreadyEnded = (run: RunState, participle: string): Rejection | null => {
  if (run.ended === null) return null;
  const hint = run.status === 'COMPLETED' ? `restart ${run.handle}` : `retry ${run.handle}`;
  return refused(
    'RUN_ENDED',
    `Run ${run.handle} is ${run.status} and cannot be ${participle}`,
    `To go on: ${hint}`,
  );
};

/** The refusal for a run that has not ended, or null: going back would tear what is under way. */
export const stillOpen = (run: RunState, verb: string): Rejection | null => {
  if (run.compensation?.outcome === null) {
    const { run: undoing } = run.compensation;
    return refused(
      'RUN_UNDONE_NOW',
      `What run ${run.handle} did is being undone by ${undoing}`,
      `Wait for it: status ${undoing}`,
    );
  }
  if (run.ended !== null) return null;
  const message = `Run ${run.handle} is ${run.status}: nothing to ${verb} yet`;
  return refused('RUN_OPEN', message, `To stop it first: cancel ${run.handle}`);
};

export const unknownTask = (
  run: RunState,
  definition: WorkflowDefinition,
  task: string,
): Rejection => {
  const ids = definition.tasks.map(({ id }) => id);
  const [near] = suggest(task, ids, 1);
  return notFound(
    'TASK_UNKNOWN',
    `Run ${run.handle} has no task ${task}`,
    near === undefined ? `It has ${ids.join(', ')}` : `Did you mean ${near}?`,
  );
};
