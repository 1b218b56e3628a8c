import type { Sheet } from '../sheet.ts';
import { child, itemsOf, nodeAt } from '../yaml/tree.ts';
import type { YamlNode } from '../yaml/tree.ts';

/** Paths the bridge itself writes to must stay below the station. */
export const checkPaths = ({ node, tasks, report }: Sheet): void => {
  const check = (at: YamlNode | null): void => {
    if (at?.type !== 'scalar' || typeof at.value !== 'string') return;
    const path = at.value;
    if (!leavesStation(path)) return;
    report.add('DEF412', at.span, `The path "${path}" leads out of the station`);
  };
  check(nodeAt(node, ['monitoring', 'log_to']));
  for (const task of tasks) {
    check(child(task.node, 'output_to'));
    for (const effect of itemsOf(child(task.node, 'side_effects'))) check(child(effect, 'file'));
  }
};

const leavesStation = (path: string): boolean =>
  /^(?:[/\\~]|[A-Za-z]:)/u.test(path) || path.split(/[/\\]/u).includes('..');
