import { suggest } from '../../grammar/suggest.ts';
import type { Report } from './report.ts';
import { knownKeys } from './written.ts';
import { child, entryOf, itemsOf } from './yaml/tree.ts';
import type { YamlNode } from './yaml/tree.ts';

/** Extra keys are kept in silence, unless they look like a known key misspelt. */
export const warnOfMisspeltKeys = (root: YamlNode, report: Report): void => {
  const tasks = tasksBelow(entryOf(root, 'workflow')?.value ?? null);
  for (const { path, keys } of knownKeys) {
    const [top, ...rest] = path.split('.');
    const found = top === 'tasks' ? nodesAt(tasks, rest) : nodesAt([root], path.split('.'));
    for (const node of found) {
      if (node.type !== 'map') continue;
      const missing = keys.filter((key) => !node.entries.some((entry) => entry.key === key));
      for (const entry of node.entries) {
        if (keys.includes(entry.key)) continue;
        const [near] = suggest(entry.key, missing);
        if (near === undefined) continue;
        report.add('DEF106', entry.keySpan, `The key "${entry.key}" is not known`, {
          hint: `did you mean ${near}?`,
          expected: [near],
          replacement: near,
        });
      }
    }
  }
};

/** The maps that are tasks: of a list, and inside other tasks. */
const tasksBelow = (node: YamlNode | null): readonly YamlNode[] => {
  const own = [child(node, 'task'), ...itemsOf(child(node, 'tasks'))];
  return own.filter((task) => task?.type === 'map').flatMap((task) => [task, ...tasksBelow(task)]);
};

const nodesAt = (nodes: readonly YamlNode[], path: readonly string[]): readonly YamlNode[] =>
  path.reduce<readonly YamlNode[]>(
    (found, key) =>
      found.flatMap((node) => {
        if (node.type === 'list') return key === '*' ? node.items : [];
        if (node.type === 'scalar') return [];
        return node.entries
          .filter((entry) => key === '*' || entry.key === key)
          .map((entry) => entry.value);
      }),
    nodes,
  );
