/**
 * Whether a task that has not started may start (I8: computed, never stored). JOINs count
 * their branches by rules of their own, see `join.ts`.
 */
import type { Json } from '../lib/json.ts';
import type { GraphNode } from './graph.ts';
import { joinVerdict } from './join.ts';
import type { RunState, TaskState } from './state.ts';
import { fieldsOf, isPassedOver, isResolved, isTerminal, stopsOthers, taskOf } from './tasks.ts';

export type Readiness =
  | { readonly type: 'wait' }
  | { readonly type: 'ready' }
  /** It can never start: something before it failed. */
  | { readonly type: 'blocked' }
  | {
      readonly type: 'skip';
      readonly by: 'decision' | 'dependencies' | 'operator';
      readonly reason: string;
      readonly output: Json;
    };

/**
 * `suffix` is what follows the ids of the node's group in its rows; `blocked` holds the rows
 * before this one that can never start.
 */
export const readinessOf = (
  run: RunState,
  node: GraphNode,
  suffix: string,
  blocked: ReadonlySet<string>,
): Readiness => {
  const route = routeOf(run, node, suffix, blocked);
  if (route.type !== 'ready') return route;
  const needs = statesOf(run, node.needs, suffix);
  const skip = skipOf(taskOf(run, node.task.id + suffix));
  if (node.task.type === 'JOIN' && skip === null) {
    const { type } = joinVerdict(run, node.task, suffix, blocked);
    if (type === 'wait') return { type: 'wait' };
    return type === 'skip' ? passedOn(needs) : { type: 'ready' };
  }
  if (needs.some((task) => stopsOthers(task, blocked))) return { type: 'blocked' };
  if (!needs.every(isResolved)) return { type: 'wait' };
  if (skip !== null) return { type: 'skip', by: 'operator', ...skip };
  const passedOver = needs.length > 0 && needs.every(isPassedOver);
  return passedOver && node.routers.length === 0 ? passedOn(needs) : { type: 'ready' };
};

/** An operator's skip that waits to take effect. A branch that is not taken stays untaken all the same. */
const skipOf = (
  task: TaskState | null,
): { readonly reason: string; readonly output: Json } | null =>
  task?.status === 'PENDING' ? (task.skip ?? null) : null;

const passedOn = (skipped: readonly TaskState[]): Readiness => {
  const reason = `${skipped.map(({ id }) => id).join(', ')} ${skipped.length === 1 ? 'was' : 'were'} skipped`;
  return { type: 'skip', by: 'dependencies', reason, output: {} };
};

/** A routed task waits until a decision chooses it; skipped when all have ended without. */
const routeOf = (
  run: RunState,
  node: GraphNode,
  suffix: string,
  blocked: ReadonlySet<string>,
): Readiness => {
  const routers = statesOf(run, node.routers, suffix);
  if (routers.length === 0 || routers.some((router) => chose(router, node.task.id))) {
    return { type: 'ready' };
  }
  if (routers.some((router) => !isTerminal(router) && !blocked.has(router.id))) {
    return { type: 'wait' };
  }
  if (routers.some((router) => stopsOthers(router, blocked))) return { type: 'blocked' };
  const names = routers.map(({ id }) => id).join(', ');
  return routers.every(isPassedOver)
    ? passedOn(routers)
    : { type: 'skip', by: 'decision', reason: `not chosen by ${names}`, output: {} };
};

const chose = (router: TaskState, id: string): boolean => {
  if (!isResolved(router) || isPassedOver(router) || !('output' in router)) return false;
  const chosen = fieldsOf(router.output)['next_tasks'];
  return Array.isArray(chosen) && chosen.includes(id);
};

const statesOf = (run: RunState, ids: readonly string[], suffix: string): readonly TaskState[] =>
  ids.flatMap((id) => taskOf(run, id + suffix) ?? []);
