import type { LocatedDiagnostic } from '../runtime/engine.ts';
import type { LoadedFile } from './catalog-files.ts';
import { createReport } from './report.ts';
import { parseYaml } from './yaml/parse.ts';
import { nodeAt } from './yaml/tree.ts';

/** Problems of files that define the same id and version as another file, by file. */
export const doublesIn = (
  files: readonly LoadedFile[],
): ReadonlyMap<string, readonly LocatedDiagnostic[]> => {
  const groups = new Map<string, LoadedFile[]>();
  for (const one of files) {
    const { definition } = one.loaded;
    if (definition === null) continue;
    const key = `${definition.id.toLowerCase()} ${definition.version}`;
    groups.set(key, [...(groups.get(key) ?? []), one]);
  }
  const doubles = new Map<string, readonly LocatedDiagnostic[]>();
  for (const group of groups.values()) {
    if (group.length < 2) continue;
    for (const one of group) {
      const others = group.filter((other) => other !== one).map(({ file }) => file);
      doubles.set(one.file, problemOf(one, others));
    }
  }
  return doubles;
};

const problemOf = (
  { file, text, loaded: { definition } }: LoadedFile,
  others: readonly string[],
): readonly LocatedDiagnostic[] => {
  const report = createReport(text, file);
  const id = nodeAt(parseYaml(text).root, ['workflow', 'id']);
  const message = `${definition?.id} version ${definition?.version} is also defined in ${others.join(', ')}`;
  report.add('DEF206', id?.span ?? { start: 0, end: 0 }, message);
  return report.problems();
};
