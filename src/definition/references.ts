/**
 * Who names whom, with places. What follows what (`order`) is what the engine derives as well:
 * dependencies as written, a FORK before its branches, a router before what it routes to.
 */
import type { Span } from '../../grammar/diagnostic.ts';
import { textsOf } from './sheet.ts';
import type { Sheet, SheetTask } from './sheet.ts';
import { child, itemsOf } from './yaml/tree.ts';
import type { YamlNode } from './yaml/tree.ts';

export interface Reference {
  readonly kind:
    'depends_on' | 'parallel_with' | 'branch' | 'route' | 'timeout' | 'member' | 'back';
  /** The task that names the other. */
  readonly from: string;
  readonly to: string;
  readonly span: Span;
}

/** `before` has to end, or to choose, before `after` starts. */
export interface Edge {
  readonly before: string;
  readonly after: string;
  readonly span: Span;
}

/** Every task named by the tasks of a definition, known or not. */
export const referencesOf = (sheet: Sheet): readonly Reference[] => sheet.tasks.flatMap(ofTask);

/** The order that follows from references to known tasks. */
export const edgesOf = (
  references: readonly Reference[],
  known: ReadonlySet<string>,
): readonly Edge[] =>
  references.flatMap(({ kind, from, to, span }) => {
    if (NO_ORDER.has(kind) || !known.has(to) || !known.has(from)) return [];
    return kind === 'depends_on'
      ? [{ before: to, after: from, span }]
      : [{ before: from, after: to, span }];
  });

/** What names a task without saying that one comes before the other. */
const NO_ORDER: ReadonlySet<Reference['kind']> = new Set(['parallel_with', 'member', 'back']);

/** What is done with an item depends on nothing: its FOR_EACH does. */
const ofTask = ({ definition, node, owner, item }: SheetTask): readonly Reference[] => {
  if (item) return [];
  const { id, type } = definition;
  const named = (kind: Reference['kind'], at: YamlNode | null): readonly Reference[] =>
    textsOf(at).map(({ value, span }) => ({ kind, from: id, to: value, span }));
  return [
    ...named('depends_on', child(node, 'depends_on')).filter(({ to }) => to !== owner),
    ...named('parallel_with', child(node, 'parallel_with')),
    ...(type === 'FORK' ? named('branch', child(node, 'tasks')) : []),
    ...(type === 'DECISION' ? routes(node).flatMap((at) => named('route', at)) : []),
    ...(type === 'HUMAN' ? named('timeout', child(child(node, 'on_timeout'), 'next_task')) : []),
    ...(type === 'HUMAN' ? backs(node).flatMap((at) => named('back', at)) : []),
    ...(type === 'DO_WHILE' ? named('member', child(node, 'tasks')) : []),
  ];
};

/** Where options name the task they send the work back to. */
const backs = (node: YamlNode): readonly (YamlNode | null)[] =>
  itemsOf(child(node, 'approval_options')).flatMap((option) => [
    child(option, 'back_to'),
    ...(option.type === 'map' ? option.entries.map(({ value }) => child(value, 'back_to')) : []),
  ]);

/** Where a decision's cases name tasks. */
const routes = (node: YamlNode): readonly (YamlNode | null)[] => {
  const cases = child(node, 'decision_cases');
  const values = [
    ...(cases?.type === 'map' ? cases.entries.map((entry) => entry.value) : []),
    ...[child(node, 'default_case')].filter((value) => value !== null),
  ];
  return values.flatMap((value) =>
    value.type === 'map' ? [child(value, 'next_tasks'), child(value, 'next')] : [value],
  );
};
