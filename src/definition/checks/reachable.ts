import type { TaskDefinition } from '../../engine/definition.ts';
import type { Edge, Reference } from '../references.ts';
import type { Sheet } from '../sheet.ts';

/** Warns of tasks that nothing ever leads to. Expects a definition without circles. */
export const checkReachable = (
  { report, tasks }: Sheet,
  references: readonly Reference[],
  edges: readonly Edge[],
): void => {
  const known = new Map(tasks.map(({ definition }) => [definition.id, definition]));
  const routed = new Set(
    references.filter(({ kind }) => kind === 'route' || kind === 'timeout').map(({ to }) => to),
  );
  const waits = new Set(edges.filter((edge) => !isRoute(known, edge)).map(({ after }) => after));
  const followers = new Map<string, Edge[]>();
  for (const edge of edges) {
    const list = followers.get(edge.before);
    if (list === undefined) followers.set(edge.before, [edge]);
    else list.push(edge);
  }
  const chosen = new Set<string>();
  const awaited = new Set<string>();
  const reached = new Set<string>();
  const open: string[] = [];
  const visit = (id: string): void => {
    const ready = (!routed.has(id) || chosen.has(id)) && (!waits.has(id) || awaited.has(id));
    if (!ready || reached.has(id) || known.get(id)?.when?.trim() === 'false') return;
    reached.add(id);
    open.push(id);
  };
  for (const id of known.keys()) visit(id);
  for (let id = open.pop(); id !== undefined; id = open.pop()) {
    for (const edge of followers.get(id) ?? []) {
      const router = known.get(id);
      if (isRoute(known, edge)) {
        if (router !== undefined && canChoose(router, edge.after)) chosen.add(edge.after);
      } else awaited.add(edge.after);
      visit(edge.after);
    }
  }
  for (const { definition, span } of tasks) {
    if (reached.has(definition.id)) continue;
    report.add('DEF504', span, `${definition.id} can never run`);
  }
};

/** True when the edge stands for a choice. A dependency on the same decision adds nothing to it. */
const isRoute = (known: ReadonlyMap<string, TaskDefinition>, { before, after }: Edge): boolean => {
  const task = known.get(before);
  if (task?.type === 'HUMAN') return task.onTimeout.nextTask === after;
  return task?.type === 'DECISION' && routesOf(task).includes(after);
};

const routesOf = (task: TaskDefinition & { type: 'DECISION' }): readonly string[] => [
  ...task.cases.flatMap(({ nextTasks }) => nextTasks),
  ...(task.defaultCase ?? []),
];

const canChoose = (task: TaskDefinition, id: string): boolean => {
  if (task.type === 'HUMAN') {
    const { action } = task.onTimeout;
    return task.approvalTimeout !== null && !task.options.includes(action) && action !== 'CANCEL';
  }
  if (task.type !== 'DECISION') return false;
  const { param } = task;
  const fixed = param !== null && typeof param !== 'object' && !String(param).includes('${');
  if (!fixed) return routesOf(task).includes(id);
  const taken = task.cases.filter(({ key }) => key === String(param));
  const certain = taken.some(({ condition }) => condition === null);
  return (
    taken.some(({ nextTasks }) => nextTasks.includes(id)) ||
    (!certain && (task.defaultCase ?? []).includes(id))
  );
};
