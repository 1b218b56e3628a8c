import type { Edge } from './references.ts';

/** What comes before what. */
export interface Order {
  /** True when `before` has to end before `after` can start. */
  precedes(before: string, after: string): boolean;
}

/** Answers from the edges alone; remembers the ancestors of the task asked about last. */
export const createOrder = (edges: readonly Edge[]): Order => {
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
  return {
    precedes(before, after) {
      if (previous.get(after)?.includes(before) === true) return true;
      if (asked?.task !== after) asked = { task: after, ancestors: ancestorsOf(after) };
      return asked.ancestors.has(before);
    },
  };
};
