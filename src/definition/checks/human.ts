import { TIMEOUT_ACTIONS } from '../convert/human.ts';
import type { Report } from '../report.ts';
import { spanAt } from '../sheet.ts';
import type { SheetTask } from '../sheet.ts';
import { child } from '../yaml/tree.ts';

/** A question to a person: its timeout must say something that can be done. */
export const checkHuman = (task: SheetTask, report: Report): void => {
  if (task.definition.type !== 'HUMAN') return;
  const { id, options, approvalTimeout, onTimeout } = task.definition;
  if (approvalTimeout === null) {
    report.add('DEF506', task.span, `${id} waits for a person without a time limit`);
  }
  const { on_timeout: written } = task.written;
  const given = typeof written === 'string' ? written : written?.action;
  if (typeof given !== 'string') return;
  const words = [...options, ...TIMEOUT_ACTIONS];
  const node = child(task.node, 'on_timeout');
  const span = spanAt(node, node?.type === 'map' ? ['action'] : [], task.span);
  if (!words.includes(onTimeout.action)) {
    report.unknown('DEF408', span, `${id} cannot do "${given}" on a timeout`, given, words);
  } else if (given !== onTimeout.action) {
    const message = `"${given}" is written ${onTimeout.action} in the task's options`;
    report.add('DEF508', span, message, {
      replacement: onTimeout.action,
      expected: [onTimeout.action],
    });
  }
};
