/**
 * Whether a task that has not started may start (I8: computed, never stored). JOINs count
 * their branches by rules of their own, see `join.ts`.
 */
import type { GraphNode } from './graph.ts';
import { joinVerdict } from './join.ts';
import type { RunState, TaskState } from './state.ts';
import { fieldsOf, isPassedOver, isResolved, isTerminal, stopsOthers, taskOf } from './tasks.ts';

export type Readiness =
  | { readonly type: 'wait' }
  | { readonly type: 'ready' }
  /** It can never start: something before it failed. */
  | { readonly type: 'blocked' }
  | { readonly type: 'skip'; readonly by: 'decision' | 'dependencies'; readonly reason: string };

/** `blocked` holds the tasks before this one that can never start. */
export const readinessOf = (
  run: RunState,
  node: GraphNode,
  blocked: ReadonlySet<string>,
): Readiness => {
  const route = routeOf(run, node, blocked);
  if (route.type !== 'ready') return route;
  const needs = statesOf(run, node.needs);
  if (node.task.type === 'JOIN') {
    const { type } = joinVerdict(run, node.task, blocked);
    if (type === 'wait') return { type: 'wait' };
    if (type !== 'skip') return { type: 'ready' };
    return { type: 'skip', by: 'dependencies', reason: everythingSkipped(needs) };
  }
  if (needs.some((task) => stopsOthers(task, blocked))) return { type: 'blocked' };
  if (!needs.every(isResolved)) return { type: 'wait' };
  const passedOver = needs.length > 0 && needs.every(isPassedOver);
  return passedOver && node.routers.length === 0
    ? { type: 'skip', by: 'dependencies', reason: everythingSkipped(needs) }
    : { type: 'ready' };
};

/** A routed task waits until a decision chooses it; skipped when all have ended without. */
const routeOf = (run: RunState, node: GraphNode, blocked: ReadonlySet<string>): Readiness => {
  const routers = statesOf(run, node.routers);
  if (routers.length === 0 || routers.some((router) => chose(router, node.task.id))) {
    return { type: 'ready' };
  }
  if (routers.some((router) => !isTerminal(router) && !blocked.has(router.id))) {
    return { type: 'wait' };
  }
  if (routers.some((router) => stopsOthers(router, blocked))) return { type: 'blocked' };
  const names = routers.map(({ id }) => id).join(', ');
  return routers.every(isPassedOver)
    ? { type: 'skip', by: 'dependencies', reason: everythingSkipped(routers) }
    : { type: 'skip', by: 'decision', reason: `not chosen by ${names}` };
};

const chose = (router: TaskState, id: string): boolean => {
  if (!isResolved(router) || isPassedOver(router) || !('output' in router)) return false;
  const chosen = fieldsOf(router.output)['next_tasks'];
  return Array.isArray(chosen) && chosen.includes(id);
};

const everythingSkipped = (tasks: readonly TaskState[]): string =>
  `${tasks.map(({ id }) => id).join(', ')} ${tasks.length === 1 ? 'was' : 'were'} skipped`;

const statesOf = (run: RunState, ids: readonly string[]): readonly TaskState[] =>
  ids.flatMap((id) => taskOf(run, id) ?? []);
