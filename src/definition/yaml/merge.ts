import type { Span } from '../../../grammar/diagnostic.ts';
import type { DefinitionCode } from '../codes.ts';
import { itemsOf } from './tree.ts';
import type { YamlEntry } from './tree.ts';

/** Entries with `<<: *other` replaced by what `other` holds; own keys win, earlier maps win. */
export const mergeEntries = (
  entries: readonly YamlEntry[],
  report: (code: DefinitionCode, span: Span, message: string) => void,
): readonly YamlEntry[] => {
  const merge = entries.find((entry) => entry.key === '<<');
  if (merge === undefined) return entries;
  const merged = entries.filter((entry) => entry !== merge);
  const known = new Set(merged.map((entry) => entry.key));
  for (const source of itemsOf(merge.value)) {
    if (source.type !== 'map') {
      report('DEF005', source.span, 'What << merges must be a map, or a list of maps');
      continue;
    }
    for (const entry of source.entries) {
      if (known.has(entry.key)) continue;
      known.add(entry.key);
      merged.push(entry);
    }
  }
  return merged;
};
