import { isName } from '../../engine/ids.ts';
import type { Sheet } from '../sheet.ts';
import { spanAt } from '../sheet.ts';

/** Roots of templates: a task of that name could not be read. */
const RESERVED = new Set(['workflow', 'self', 'item', 'secret']);

/** Ids of the workflow and its tasks: allowed, free, and different. */
export const checkIds = ({ report, definition, node, top, tasks }: Sheet): void => {
  if (!isName(definition.id)) {
    const at = spanAt(node, ['id'], top);
    report.add('DEF105', at, `"${definition.id}" cannot be the id of a workflow`);
  }
  const seen = new Map<string, string>();
  // What is done with an item has the id of its FOR_EACH.
  for (const { definition: task, span } of tasks.filter(({ item }) => !item)) {
    const folded = task.id.toLowerCase();
    if (!isName(task.id)) {
      report.add('DEF105', span, `"${task.id}" cannot be the id of a task`);
    } else if (RESERVED.has(folded)) {
      report.add('DEF202', span, `"${task.id}" is reserved for templates`);
    } else if (/\.\d+$/u.test(task.id)) {
      report.add('DEF202', span, `"${task.id}" ends like the id of an item or iteration`);
    }
    const other = seen.get(folded);
    if (other !== undefined) {
      const named = other === task.id ? 'is used twice' : `differs from "${other}" only in case`;
      report.add('DEF201', span, `The task id "${task.id}" ${named}`);
    }
    seen.set(folded, task.id);
  }
};
