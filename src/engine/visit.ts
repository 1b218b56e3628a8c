/**
 * One pass over rows that wait for each other: the tasks at the top, or the members of a loop in
 * its iteration. Begins what is ready and goes into FOR_EACH and DO_WHILE tasks that are under way.
 */
import { advanceItems } from './advance-items.ts';
import { advanceLoop } from './advance-loop.ts';
import { beginTask, passesWhen } from './begin-task.ts';
import { isSlotTask } from './concurrency-key.ts';
import type { TaskDefinition } from './definition.ts';
import type { Draft } from './draft.ts';
import { isAborted, isFatal } from './failures.ts';
import { freeSlots } from './free-slots.ts';
import type { GraphNode, Group } from './graph.ts';
import { never } from './never.ts';
import type { Pass, Visitor } from './pass.ts';
import { named } from './plan.ts';
import { readinessOf, type Readiness } from './readiness.ts';
import { taskOf } from './tasks.ts';

/**
 * True when the pass is to stop. Inside an item only a cancellation ends the run: a failure is
 * for its FOR_EACH to judge.
 */
export const visitGroup = (draft: Draft, group: Group, pass: Pass, inItem = false): boolean => {
  for (const node of group.graph.order) {
    const task = named(node.task, node.task.id + group.suffix);
    const readiness = (): Readiness => readinessOf(draft.run, node, group.suffix, pass.blocked);
    const visited = { task, index: node.index, suffix: group.suffix, readiness, inItem };
    if (visit(draft, visited, pass)) return true;
    const state = taskOf(draft.run, task.id);
    if (inItem ? state !== null && isAborted(task, state) : isFatal(draft.run, task)) return true;
  }
  return false;
};

interface Visited {
  readonly task: TaskDefinition;
  readonly index: GraphNode['index'];
  readonly suffix: string;
  readonly readiness: () => Readiness;
  readonly inItem: boolean;
}

/** True when the pass is to stop. */
const visit = (draft: Draft, visited: Visited, pass: Pass): boolean => {
  const { task, index, suffix, inItem } = visited;
  if (mayBegin(draft, visited, pass.blocked)) {
    if (needsSlot(draft, task)) pass.forSlots.push({ task, index });
    else beginTask(draft, task, suffix, pass.blocked);
  }
  if (draft.run.ended !== null) return true;
  if (taskOf(draft.run, task.id)?.status !== 'IN_PROGRESS') return false;
  const visitor: Visitor = {
    group: (group) => visitGroup(draft, group, pass, inItem),
    item: (item) =>
      visit(
        draft,
        { task: item, index, suffix: '', readiness: () => ({ type: 'ready' }), inItem: true },
        pass,
      ),
  };
  if (task.type === 'FOR_EACH') return advanceItems(draft, task, visitor);
  return task.type === 'DO_WHILE' && advanceLoop(draft, task, { visitor, pass, inItem });
};

const needsSlot = (draft: Draft, task: TaskDefinition): boolean =>
  freeSlots(draft, task) !== null || (isSlotTask(task) && task.concurrencyKey !== null);

/** Whether the task is to begin now; skips it, fails it by its `when`, or notes it as blocked otherwise. */
const mayBegin = (
  draft: Draft,
  { task, readiness: readinessNow }: Visited,
  blocked: Set<string>,
): boolean => {
  const state = taskOf(draft.run, task.id);
  if (state?.status === 'RETRYING') return state.dueAt <= draft.now;
  if (state?.status !== 'PENDING') return false;
  if (state.queuedAt !== null && state.skip === undefined) return true;
  const readiness = readinessNow();
  switch (readiness.type) {
    case 'wait':
      return false;
    case 'blocked':
      blocked.add(state.id);
      return false;
    case 'skip': {
      const { by, reason, output } = readiness;
      draft.emit({ type: 'TaskSkipped', task: state.id, by, reason, output });
      return false;
    }
    case 'ready':
      return passesWhen(draft, task);
    default:
      return never(readiness);
  }
};
