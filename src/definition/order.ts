import type { SheetTask } from './sheet.ts';
import type { Edge } from './references.ts';

/** What comes before what. */
export interface Order {
  /** True when `before` has to end before `after` can start. */
  precedes(before: string, after: string): boolean;
  /** The loops and FOR_EACH tasks around a task, the innermost first. */
  around(task: string): readonly string[];
}

/** Owners by task, for tasks that are inside others. */
export const ownersOf = (tasks: readonly SheetTask[]): ReadonlyMap<string, string> =>
  new Map(
    tasks.flatMap(({ definition, owner, item }): [string, string][] =>
      owner === null || item ? [] : [[definition.id, owner]],
    ),
  );

/**
 * Answers from the edges alone; remembers the ancestors of the task asked about last. A task
 * inside a loop comes before and after what the loop does.
 */
export const createOrder = (
  edges: readonly Edge[],
  owners: ReadonlyMap<string, string> = new Map(),
): Order => {
  const previous = new Map<string, string[]>();
  for (const { before, after } of edges) {
    const known = previous.get(after);
    if (known === undefined) previous.set(after, [before]);
    else known.push(before);
  }
  let asked: { readonly task: string; readonly ancestors: ReadonlySet<string> } | null = null;
  const ancestorsOf = (task: string): ReadonlySet<string> => {
    const ancestors = new Set<string>();
    const open = [...(previous.get(task) ?? [])];
    for (let id = open.pop(); id !== undefined; id = open.pop()) {
      if (ancestors.has(id)) continue;
      ancestors.add(id);
      open.push(...(previous.get(id) ?? []));
    }
    return ancestors;
  };
  const around = (task: string): readonly string[] => {
    const found: string[] = [];
    for (let id = owners.get(task); id !== undefined && !found.includes(id); id = owners.get(id)) {
      found.push(id);
    }
    return found;
  };
  /** The two tasks of one group that `before` and `after` are, or are in. */
  const inOneGroup = (before: string, after: string): readonly [string, string] => {
    const befores = [before, ...around(before)];
    for (const task of [after, ...around(after)]) {
      const same = befores.find((one) => owners.get(one) === owners.get(task));
      if (same !== undefined) return [same, task];
    }
    return [before, after];
  };
  return {
    around,
    precedes(one, other) {
      const [before, after] = owners.size === 0 ? [one, other] : inOneGroup(one, other);
      if (previous.get(after)?.includes(before) === true) return true;
      if (asked?.task !== after) asked = { task: after, ancestors: ancestorsOf(after) };
      return asked.ancestors.has(before);
    },
  };
};
