/**
 * What follows from a definition alone: who depends on whom, who routes to whom, and an
 * order in which every task comes after all it waits for. Owns no state; computed once per
 * definition object and remembered, so that a decision costs no more than one pass over it.
 */
import type { TaskDefinition, WorkflowDefinition } from './definition.ts';
import { placeOf, suffixOf } from './plan.ts';

export interface GraphNode {
  readonly task: TaskDefinition;
  /** Position in the definition. */
  readonly index: number;
  /** `depends_on` and the forks that name the task. */
  readonly needs: readonly string[];
  /** Decisions and approvals that may route to it; empty when the task is not routed. */
  readonly routers: readonly string[];
  /** How deep forks and decisions nest around it. */
  readonly depth: number;
}

export interface Graph {
  readonly nodes: ReadonlyMap<string, GraphNode>;
  /** Every node, what it waits for first. */
  readonly order: readonly GraphNode[];
}

/** Of the tasks at the top; those inside a loop have a graph of their own. */
export const graphOf = ({ tasks }: Pick<WorkflowDefinition, 'tasks'>): Graph => {
  const known = cache.get(tasks);
  if (known !== undefined) return known;
  const graph = buildGraph(tasks);
  cache.set(tasks, graph);
  return graph;
};

const cache = new WeakMap<readonly TaskDefinition[], Graph>();

/** Tasks that wait for each other: those at the top, or a loop's members in one iteration. */
export interface Group {
  readonly graph: Graph;
  /** What follows the tasks' ids in the ids of their rows: nothing, or numbers such as `.2`. */
  readonly suffix: string;
}

/** The group of a row: what its dependencies' rows are called. An item has no dependencies. */
export const groupOf = (definition: WorkflowDefinition, row: string): Group => {
  const place = placeOf(definition, row);
  const last = place?.steps.at(-1);
  if (place === null || last === undefined) return { graph: graphOf(definition), suffix: '' };
  const { owner, task } = last;
  const tasks = owner.type === 'DO_WHILE' ? owner.members : alone(task);
  return { graph: graphOf({ tasks }), suffix: suffixOf(place.path) };
};

/** A task without others beside it, as a list that stays the same. */
const alone = (task: TaskDefinition): readonly TaskDefinition[] => {
  const known = lists.get(task) ?? [task];
  lists.set(task, known);
  return known;
};

const lists = new WeakMap<TaskDefinition, readonly TaskDefinition[]>();

/** The tasks `task` may choose between when it ends. */
export const routesOf = (task: TaskDefinition): readonly string[] => {
  if (task.type === 'DECISION') {
    return [...task.cases.flatMap(({ nextTasks }) => nextTasks), ...(task.defaultCase ?? [])];
  }
  return task.type === 'HUMAN' && task.onTimeout.nextTask !== null ? [task.onTimeout.nextTask] : [];
};

const buildGraph = (tasks: readonly TaskDefinition[]): Graph => {
  const known = new Set(tasks.map(({ id }) => id));
  const needs = new Map<string, Set<string>>();
  const routers = new Map<string, Set<string>>();
  for (const id of known) {
    needs.set(id, new Set());
    routers.set(id, new Set());
  }
  for (const task of tasks) {
    for (const id of task.dependsOn) if (known.has(id)) needs.get(task.id)?.add(id);
    if (task.type === 'FORK') for (const id of task.branches) needs.get(id)?.add(task.id);
    for (const id of routesOf(task)) routers.get(id)?.add(task.id);
  }
  const listed = tasks.map((task, index) => ({
    task,
    index,
    needs: [...(needs.get(task.id) ?? [])],
    routers: [...(routers.get(task.id) ?? [])],
  }));
  const depths = new Map<string, number>();
  const order = inOrder(listed).map((node) => {
    const depth = depthOf(node, depths);
    depths.set(node.task.id, depth);
    return { ...node, depth };
  });
  return { nodes: new Map(order.map((node) => [node.task.id, node])), order };
};

type Listed = Omit<GraphNode, 'depth'>;

/** Kahn's order. Members of a cycle, which the loader refuses, come last as written. */
const inOrder = (listed: readonly Listed[]): readonly Listed[] => {
  const missing = new Map<string, number>();
  const followers = new Map<string, Listed[]>();
  for (const node of listed) {
    const before = new Set([...node.needs, ...node.routers]);
    missing.set(node.task.id, before.size);
    for (const id of before) {
      const known = followers.get(id);
      if (known === undefined) followers.set(id, [node]);
      else known.push(node);
    }
  }
  const order = listed.filter(({ task }) => missing.get(task.id) === 0);
  for (const node of order) {
    for (const follower of followers.get(node.task.id) ?? []) {
      const left = (missing.get(follower.task.id) ?? 0) - 1;
      missing.set(follower.task.id, left);
      if (left === 0) order.push(follower);
    }
  }
  const placed = new Set(order);
  return [...order, ...listed.filter((node) => !placed.has(node))];
};

/** A branch is one deeper than its FORK or DECISION; where branches meet, it is one less again. */
const depthOf = (node: Listed, depths: ReadonlyMap<string, number>): number => {
  const [router] = node.routers;
  if (router !== undefined) return (depths.get(router) ?? 0) + 1;
  const before = node.needs.map((id) => depths.get(id) ?? 0);
  if (before.length === 0) return 0;
  const least = Math.min(...before);
  const opened =
    node.needs.length === 1 && node.needs.some((id) => !node.task.dependsOn.includes(id));
  if (opened) return least + 1;
  return before.length > 1 || node.task.type === 'JOIN' ? Math.max(0, least - 1) : least;
};
