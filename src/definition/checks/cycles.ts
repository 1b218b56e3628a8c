import type { Edge } from '../references.ts';
import type { Report } from '../report.ts';

/** Reports circles of waiting tasks, each with every task in it; true when there is one. */
export const checkCycles = (edges: readonly Edge[], report: Report): boolean => {
  let rest = trimmed(edges);
  const any = rest.length > 0;
  while (rest.length > 0) {
    const cycle = oneCycle(rest);
    const first = cycle.reduce((a, b) => (b.span.start < a.span.start ? b : a));
    const start = cycle.indexOf(first);
    const ids = [...cycle.slice(start), ...cycle.slice(0, start)].map(({ before }) => before);
    const path = [...ids, ids[0]].join(' → ');
    report.add('DEF204', first.span, `Tasks wait for each other in a circle: ${path}`);
    const told = new Set(ids);
    rest = trimmed(rest.filter(({ before, after }) => !told.has(before) && !told.has(after)));
  }
  return any;
};

/** Without every edge that cannot be part of a circle. */
const trimmed = (edges: readonly Edge[]): readonly Edge[] => {
  const backwards = withoutStarts(edges, 'after', 'before');
  return withoutStarts(backwards, 'before', 'after');
};

/** Takes away, again and again, the edges of tasks that no edge leads to. */
const withoutStarts = (
  edges: readonly Edge[],
  near: 'before' | 'after',
  far: 'before' | 'after',
): readonly Edge[] => {
  const leading = new Map<string, number>();
  const leaving = new Map<string, Edge[]>();
  for (const edge of edges) {
    leading.set(edge[far], (leading.get(edge[far]) ?? 0) + 1);
    const known = leaving.get(edge[near]);
    if (known === undefined) leaving.set(edge[near], [edge]);
    else known.push(edge);
  }
  const gone = new Set<Edge>();
  const open = [...leaving.keys()].filter((id) => !leading.has(id));
  for (let id = open.pop(); id !== undefined; id = open.pop()) {
    for (const edge of leaving.get(id) ?? []) {
      gone.add(edge);
      const left = (leading.get(edge[far]) ?? 0) - 1;
      leading.set(edge[far], left);
      if (left === 0) open.push(edge[far]);
    }
  }
  return edges.filter((edge) => !gone.has(edge));
};

/** Every task left has an edge away from it, so following them comes back somewhere. */
const oneCycle = (edges: readonly Edge[]): readonly Edge[] => {
  const next = new Map<string, Edge>();
  for (const edge of edges) if (!next.has(edge.before)) next.set(edge.before, edge);
  const walked: Edge[] = [];
  const places = new Map<string, number>();
  let edge = edges[0];
  while (edge !== undefined && !places.has(edge.before)) {
    places.set(edge.before, walked.length);
    walked.push(edge);
    edge = next.get(edge.after);
  }
  return edge === undefined ? walked : walked.slice(places.get(edge.before) ?? 0);
};
