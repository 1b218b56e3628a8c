/**
 * Which row stands for which task. A row is a task of the definition (`scan`), an item of a
 * FOR_EACH (`scan.3`, from 0) or a member of a DO_WHILE in one of its iterations (`draft.2`,
 * from 1). Inside each other the numbers go from the outermost to the innermost: `draft.3.2`.
 * Task ids never end in `.<digits>`, so a row's id says all of it.
 */
import type {
  DoWhileTaskDefinition,
  ForEachTaskDefinition,
  TaskDefinition,
  WorkflowDefinition,
} from './definition.ts';

/** What holds rows. */
export type OwnerDefinition = ForEachTaskDefinition | DoWhileTaskDefinition;

/** One way into a FOR_EACH or a DO_WHILE. */
export interface Step {
  readonly owner: OwnerDefinition;
  /** The task inside: a member, or what is done with an item. */
  readonly task: TaskDefinition;
}

/** Where a row stands in its definition. */
export interface Place {
  /** As written: its id is that of the definition. */
  readonly task: TaskDefinition;
  /** From the task at the top that it is in, or empty. */
  readonly steps: readonly Step[];
  /** A number for each step. */
  readonly path: readonly number[];
}

/** The place of a row, or null when the definition has no such row. */
export const placeOf = (definition: WorkflowDefinition, row: string): Place | null => {
  const plan = planOf(definition);
  const own = plan.get(row)?.get(0);
  if (own !== undefined) return { path: [], ...own };
  const [, id = '', numbers = ''] = /^(.*?)((?:\.\d+)+)$/u.exec(row) ?? [];
  const path = numbers.split('.').slice(1).map(Number);
  const found = plan.get(id)?.get(path.length);
  return found === undefined ? null : { path, ...found };
};

/** The place that a task's id alone stands for: the FOR_EACH itself, not its items. */
export const firstPlaceOf = (
  definition: WorkflowDefinition,
  id: string,
): Omit<Place, 'path'> | null => planOf(definition).get(id)?.values().next().value ?? null;

/** The task that a row runs, under the row's id; null when the definition has no such row. */
export const definitionOf = (
  definition: WorkflowDefinition,
  row: string,
): TaskDefinition | null => {
  const place = placeOf(definition, row);
  if (place === null) return null;
  return place.path.length === 0 ? place.task : named(place.task, row);
};

/** The same task under the id of one of its rows. */
export const named = (task: TaskDefinition, row: string): TaskDefinition => {
  if (task.id === row) return task;
  const known = namedTasks.get(task) ?? new Map<string, TaskDefinition>();
  namedTasks.set(task, known);
  const found = known.get(row) ?? { ...task, id: row };
  if (known.size >= MOST_NAMED) known.clear();
  known.set(row, found);
  return found;
};

/** Rows under way are asked for again and again; no more are remembered than may be under way. */
const MOST_NAMED = 1024;
const namedTasks = new WeakMap<TaskDefinition, Map<string, TaskDefinition>>();

/** The numbers behind a task's id in the ids of its rows, with their dots. */
export const suffixOf = (path: readonly number[]): string =>
  path.map((number) => `.${number}`).join('');

/** The row that a row is an item or a member of, or null. */
export const ownerOf = ({ steps, path }: Place): string | null => {
  const last = steps.at(-1);
  return last === undefined ? null : `${last.owner.id}${suffixOf(path.slice(0, -1))}`;
};

/** Every task of a definition, those inside others after the one they are in. */
export const allTasks = (definition: WorkflowDefinition): readonly TaskDefinition[] =>
  definition.tasks.flatMap(withInner);

const withInner = (task: TaskDefinition): readonly TaskDefinition[] => {
  if (task.type === 'FOR_EACH') return [task, ...withInner(task.body)];
  return task.type === 'DO_WHILE' ? [task, ...task.members.flatMap(withInner)] : [task];
};

/** Places by id and by how many numbers follow it. */
type Plan = ReadonlyMap<string, ReadonlyMap<number, Omit<Place, 'path'>>>;

const planOf = (definition: WorkflowDefinition): Plan => {
  const known = plans.get(definition);
  if (known !== undefined) return known;
  const plan = new Map<string, Map<number, Omit<Place, 'path'>>>();
  for (const task of definition.tasks) addTo(plan, task, []);
  plans.set(definition, plan);
  return plan;
};

const plans = new WeakMap<WorkflowDefinition, Plan>();

const addTo = (
  plan: Map<string, Map<number, Omit<Place, 'path'>>>,
  task: TaskDefinition,
  steps: readonly Step[],
): void => {
  const levels = plan.get(task.id) ?? new Map<number, Omit<Place, 'path'>>();
  plan.set(task.id, levels);
  levels.set(steps.length, { task, steps });
  if (task.type === 'FOR_EACH') {
    addTo(plan, task.body, [...steps, { owner: task, task: task.body }]);
  } else if (task.type === 'DO_WHILE') {
    for (const member of task.members) {
      addTo(plan, member, [...steps, { owner: task, task: member }]);
    }
  }
};
