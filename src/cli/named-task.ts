import { suggest } from '../../grammar/suggest.ts';
import type { RunView, TaskView } from '../engine/view.types.ts';
import { EXIT } from './exit-codes.ts';
import type { Failure } from './failure-shape.ts';
import { failure } from './failure.ts';

/** The run's task of that id, in any case; or the failure that says which there are. */
export const namedTask = (view: RunView, name: string): TaskView | Failure => {
  const wanted = name.toLowerCase();
  const found = view.tasks.find(({ id }) => id.toLowerCase() === wanted);
  if (found !== undefined) return found;
  const [near] = suggest(
    name,
    view.tasks.map(({ id }) => id),
  );
  return failure('TASK_UNKNOWN', `${view.handle} has no task ${name}`, {
    exit: EXIT.notFound,
    at: name,
    hint:
      near === undefined ? `workflow status ${view.handle} shows them` : `did you mean ${near}?`,
  });
};
