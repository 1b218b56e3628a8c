import type { Span } from '../../../grammar/diagnostic.ts';
import type { Report } from '../report.ts';
import type { YamlNode } from '../yaml/tree.ts';

/** A name of a list such as `- target_folder: where to look`, with what is said about it. */
export interface Named {
  readonly name: string;
  readonly span: Span;
  readonly value: YamlNode | null;
}

/** The names of a list of names and maps, or of one map; a name given twice counts once. */
export const namedIn = (node: YamlNode | null, report: Report): readonly Named[] => {
  const found = new Map<string, Named>();
  for (const named of collect(node)) {
    if (found.has(named.name)) {
      report.add('DEF207', named.span, `"${named.name}" is declared twice`);
    } else found.set(named.name, named);
  }
  return [...found.values()];
};

const collect = (node: YamlNode | null): readonly Named[] => {
  if (node === null) return [];
  if (node.type === 'scalar') {
    return typeof node.value === 'string' && node.value !== ''
      ? [{ name: node.value, span: node.span, value: null }]
      : [];
  }
  if (node.type === 'list') return node.items.flatMap(collect);
  return node.entries.map((entry) => ({
    name: entry.key,
    span: entry.keySpan,
    value: entry.value,
  }));
};
