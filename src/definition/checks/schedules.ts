import type { Sheet } from '../sheet.ts';
import { child, entryOf, itemsOf } from '../yaml/tree.ts';

/** The inputs that a schedule gives must be declared, and all that are required be given. */
export const checkSchedules = ({ node, definition, report }: Sheet): void => {
  const names = definition.input.map(({ name }) => name);
  for (const schedule of itemsOf(child(node, 'schedule'))) {
    const input = child(schedule, 'input');
    for (const { key, keySpan } of input?.type === 'map' ? input.entries : []) {
      if (names.includes(key)) continue;
      report.unknown('DEF303', keySpan, `The input "${key}" is not declared`, key, names);
    }
    for (const { name, required } of definition.input) {
      if (!required || entryOf(input, name) !== null) continue;
      report.add('DEF512', schedule.span, `The schedule gives no value for "${name}"`);
    }
  }
};
