import type { RunState } from './state.ts';
import { isFailed } from './tasks.ts';

/** What a retry of the run would do: which tasks run again, and whose work is kept. */
export const retryPlan = (
  state: RunState,
): { readonly runAgain: string[]; readonly kept: string[] } => {
  const runAgain: string[] = [];
  const kept: string[] = [];
  for (const { id } of state.definition.tasks) {
    const task = state.tasks[id];
    if (task === undefined) continue;
    (isFailed(task) || task.status === 'CANCELLED' ? runAgain : kept).push(id);
  }
  return { runAgain, kept };
};
