/** The tasks of a card; a long list is folded so that what matters stays in sight. */
import { taskLine } from './task-line.ts';
import { iconOfTask } from '../status-icons.ts';
import type { Line } from '../port.ts';
import type { TaskView } from '../../engine/view.types.ts';

/**
 * Lines of `tasks` at `now` (ms). Up to {@link MOST_LINES} tasks have a line each; of more, what
 * is finished, skipped or not begun is counted where it stood, and what is open or failed is kept.
 */
export const foldTasks = (tasks: readonly TaskView[], now: number): readonly Line[] => {
  if (tasks.length <= MOST_LINES) return tasks.map((task) => taskLine(task, now));
  const lines: Line[] = [];
  let folded: TaskView[] = [];
  const unfold = (): void => {
    if (folded.length > 0) lines.push(foldedLine(folded));
    folded = [];
  };
  let shown = 0;
  for (const task of tasks) {
    if (matters(task) && shown < MOST_LINES) {
      unfold();
      lines.push(taskLine(task, now));
      shown += 1;
    } else {
      folded.push(task);
    }
  }
  unfold();
  return lines;
};

/** Most tasks a card shows line by line. */
const MOST_LINES = 20;

const matters = (task: TaskView): boolean => MATTER.has(task.status);

const MATTER: ReadonlySet<TaskView['status']> = new Set([
  'IN_PROGRESS',
  'PENDING_APPROVAL',
  'RETRYING',
  'FAILED',
  'TIMED_OUT',
  'COMPLETED_WITH_ERRORS',
]);

const foldedLine = (tasks: readonly TaskView[]): Line => {
  const counts = new Map<string, number>();
  for (const task of tasks) {
    const icon = iconOfTask(task);
    const label = `${icon.icon} ${icon.word}`;
    counts.set(label, (counts.get(label) ?? 0) + 1);
  }
  const text = [...counts].map(([label, count]) => `${label} ${count}`).join(' · ');
  return [{ type: 'dim', text: `${text} tasks` }];
};
