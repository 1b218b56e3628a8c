/** Why every task of a run is where it is, in a sentence each; made from the view, so secrets are masked. */
import type { ExplainView, RunView, TaskView } from './view.types.ts';

export const explainOf = (view: RunView): ExplainView => ({
  schema: 'explain/1',
  run: view.run,
  status: view.status,
  reason: view.reason,
  tasks: view.tasks.map((task) => ({
    task: task.id,
    status: task.status,
    why: whyOfTask(task, view),
  })),
});

const whyOfTask = (task: TaskView, { compensation }: RunView): string => {
  const { status, reason, waiting_for: waits } = task;
  switch (status) {
    case 'SKIPPED':
      return `${reason ?? 'skipped'} (by ${task.skipped_by ?? 'nobody'})`;
    case 'CANCELLED':
      return reason ?? 'cancelled';
    case 'FAILED':
    case 'TIMED_OUT':
      return `${reason ?? 'no reason is known'}${after(task)}`;
    case 'COMPLETED_WITH_ERRORS':
      return `goes on in spite of ${reason ?? 'an error'}${after(task)}`;
    case 'COMPLETED':
      if (compensation?.tasks.includes(task.id) === true) {
        return `done${after(task)}, undone by ${compensation.run}`;
      }
      return task.chosen_case === null
        ? `done${after(task)}`
        : `done: took the case ${task.chosen_case}`;
    default:
      if (waits === null) return 'has not started';
      return `waits for ${waits.kind}: ${waits.detail}${waits.until === null ? '' : `, until ${waits.until}`}`;
  }
};

const after = ({ attempts }: TaskView): string => {
  if (attempts.length === 0) return '';
  return ` after ${attempts.length === 1 ? '1 attempt' : `${attempts.length} attempts`}`;
};
