/** Reference names become task ids: legal, different without regard to case, none reserved. */
import type { ConductorTask } from './source.ts';
import type { Notes } from './notes.ts';

const RESERVED = new Set(['workflow', 'self', 'item', 'secret']);

/** Task id by reference name. */
export type Names = ReadonlyMap<string, string>;

/** Names every task below `tasks`; a name that had to change is noted. */
export const nameTasks = (tasks: readonly ConductorTask[], notes: Notes): Names => {
  const names = new Map<string, string>();
  const taken = new Set<string>();
  for (const { taskReferenceName: reference } of allTasks(tasks)) {
    if (names.has(reference)) {
      notes.lost(
        reference,
        'two tasks have this reference name; the second was renamed and references mean the first',
        'give every task a reference name of its own',
      );
      continue;
    }
    const id = free(toName(reference), taken);
    taken.add(id.toLowerCase());
    names.set(reference, id);
    if (id !== reference)
      notes.changed(reference, `its id is ${id}: ${reference} is not a legal id`);
  }
  return names;
};

/** Every task, also those inside cases, forks and loops. */
export const allTasks = (tasks: readonly ConductorTask[]): readonly ConductorTask[] =>
  tasks.flatMap((task) => [
    task,
    ...allTasks(Object.values(task.decisionCases ?? {}).flat()),
    ...allTasks(task.defaultCase ?? []),
    ...allTasks((task.forkTasks ?? []).flat()),
    ...allTasks(task.loopOver ?? []),
  ]);

/** The nearest legal name. */
export const toName = (text: string): string => {
  const legal = text
    .replaceAll(/[^A-Za-z0-9_-]+/gu, '_')
    .replace(/^[^A-Za-z0-9]+/u, '')
    .slice(0, 60)
    .replace(/[-_]+$/u, '');
  if (legal === '') return 'task';
  return RESERVED.has(legal.toLowerCase()) ? `${legal}_task` : legal;
};

const free = (name: string, taken: ReadonlySet<string>): string => {
  let candidate = name;
  for (let count = 2; taken.has(candidate.toLowerCase()); count += 1)
    candidate = `${name}_${count}`;
  return candidate;
};
