/** What the types need that hold tasks, run workflows, wait or end the run. */
import { parseInstant } from '../../lib/instant.ts';
import { isName } from '../../engine/ids.ts';
import type { Report } from '../report.ts';
import { keySpan, spanAt, type SheetTask } from '../sheet.ts';

/** Types that need other tasks beside them, so that one alone means nothing. */
const NOT_PER_ITEM = ['DECISION', 'FORK', 'JOIN'];

export const checkForEach = (task: SheetTask, report: Report): void => {
  if (task.definition.type !== 'FOR_EACH') return;
  const { id, items, as, body } = task.definition;
  const { written } = task;
  if (items === null) report.add('DEF419', task.span, `${id} has no items`);
  const hasTask = written.task !== null && written.task !== undefined;
  const hasWorkflow = typeof written.workflow === 'string';
  if (!hasTask && !hasWorkflow) {
    const message = `${id} does nothing with its items: it has neither task nor workflow`;
    report.add('DEF419', task.span, message);
  } else if (!hasTask) checkWorkflowName(task, report);
  if (hasTask && NOT_PER_ITEM.includes(body.type)) {
    const span = spanAt(task.node, ['task', 'type'], keySpan(task, 'task'));
    report.add('DEF424', span, `A ${body.type} task cannot be what ${id} does with an item`);
  }
  const span = spanAt(task.node, ['as'], task.span);
  if (!/^[\p{L}_][\p{L}\p{N}_-]*$/u.test(as)) {
    report.add('DEF105', span, `"${as}" cannot be the name of an item`);
  } else if (['workflow', 'self', 'secret'].includes(as)) {
    report.add('DEF202', span, `"${as}" is reserved for templates`);
  }
};

export const checkLoop = (task: SheetTask, report: Report): void => {
  if (task.definition.type !== 'DO_WHILE') return;
  const { id } = task.definition;
  const { tasks, while: condition, max_iterations: bound } = task.written;
  const missing = [
    ...(tasks === null || tasks === undefined || tasks.length === 0 ? ['tasks'] : []),
    ...(condition === null || condition === undefined ? ['while'] : []),
    ...(bound === null || bound === undefined ? ['max_iterations'] : []),
  ];
  if (missing.length > 0) {
    report.add('DEF420', task.span, `The loop ${id} has no ${missing.join(' and no ')}`);
  }
};

export const checkWait = (task: SheetTask, report: Report): void => {
  if (task.definition.type !== 'WAIT') return;
  const { id, wait } = task.definition;
  const { duration, until, signal } = task.written;
  const given = Object.entries({ duration, until, signal }).filter(
    ([, value]) => value !== null && value !== undefined,
  );
  if (given.length !== 1 && !isReported(task, report)) {
    const what = given.length === 0 ? 'nothing' : given.map(([key]) => key).join(' and ');
    report.add('DEF418', task.span, `${id} waits for ${what}: it needs exactly one`);
  }
  if (wait.kind === 'until' && !wait.value.includes('${') && parseInstant(wait.value) === null) {
    report.add(
      'DEF418',
      spanAt(task.node, ['until'], task.span),
      `"${wait.value}" is no ISO-8601 time`,
      { hint: 'write it as 2026-08-07T12:00:00Z, or a date: 2026-08-07' },
    );
  }
  if (wait.kind === 'signal' && !isName(wait.name)) {
    const span = spanAt(task.node, ['signal'], task.span);
    report.add('DEF105', span, `"${wait.name}" cannot be the name of a signal`);
  }
};

/** A value of the wrong form was left out: it is not missing. */
const isReported = ({ node }: SheetTask, report: Report): boolean =>
  report
    .problems()
    .some(
      ({ severity, span }) =>
        severity === 'error' && span.start >= node.span.start && span.end <= node.span.end,
    );

export const checkVariables = (task: SheetTask, report: Report): void => {
  if (task.definition.type !== 'SET_VARIABLE') return;
  if (Object.keys(task.definition.variables).length > 0) return;
  report.add('DEF422', task.span, `${task.definition.id} sets no variable`);
};

/** A workflow may be named by a template; then it is looked up when the task starts. */
export const checkWorkflowName = (task: SheetTask, report: Report): void => {
  const { workflow } = task.written;
  if (typeof workflow !== 'string') {
    report.add('DEF421', task.span, `${task.definition.id} does not say which workflow it runs`);
  } else if (!workflow.includes('${') && !isName(workflow)) {
    const span = spanAt(task.node, ['workflow'], task.span);
    report.add('DEF105', span, `"${workflow}" cannot be the id of a workflow`);
  }
};
