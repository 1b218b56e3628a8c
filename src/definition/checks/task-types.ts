import type { Span } from '../../../grammar/diagnostic.ts';
import { isName } from '../../engine/ids.ts';
import { knownFunctions } from '../functions.ts';
import { keySpan, spanAt } from '../sheet.ts';
import type { Sheet, SheetTask } from '../sheet.ts';
import { TASK_TYPES } from '../written-task.ts';
import type { Report } from '../report.ts';
import { child, itemsOf } from '../yaml/tree.ts';
import type { YamlNode } from '../yaml/tree.ts';
import { checkHuman } from './human.ts';
import {
  checkForEach,
  checkLoop,
  checkVariables,
  checkWait,
  checkWorkflowName,
} from './inner-tasks.ts';

/** What each type of task needs. */
export const checkTaskTypes = ({ report, tasks }: Sheet): void => {
  for (const task of tasks) {
    if (!checkType(task, report)) continue;
    switch (task.definition.type) {
      case 'SIMPLE':
        checkExecutor(task.definition.id, task, report);
        break;
      case 'DECISION':
        checkDecision(task, report);
        break;
      case 'HUMAN':
        checkHuman(task, report);
        break;
      case 'FORK':
        checkFork(task, report);
        break;
      case 'JOIN':
        checkJoin(task, report);
        break;
      case 'SUB_WORKFLOW':
        checkWorkflowName(task, report);
        break;
      case 'FOR_EACH':
        checkForEach(task, report);
        break;
      case 'WAIT':
        checkWait(task, report);
        break;
      case 'SET_VARIABLE':
        checkVariables(task, report);
        break;
      case 'DO_WHILE':
        checkLoop(task, report);
        break;
      case 'TERMINATE':
        break;
    }
    checkCompensation(task, report);
  }
};

const checkType = (task: SheetTask, report: Report): boolean => {
  const { type } = task.written;
  if (type === null || type === undefined || TASK_TYPES.some((known) => known === type))
    return true;
  const span = spanAt(task.node, ['type'], task.span);
  report.unknown('DEF402', span, `There is no task type "${type}"`, type, TASK_TYPES);
  return false;
};

/** Who does the work of a task or a compensation. */
const checkExecutor = (
  id: string,
  work: {
    readonly written: Pick<SheetTask['written'], 'assigned_to' | 'function'>;
    readonly node: YamlNode;
    readonly span: Span;
  },
  report: Report,
): void => {
  const { assigned_to: agent, function: name } = work.written;
  const hasAgent = typeof agent === 'string';
  const hasFunction = typeof name === 'string';
  if (!hasAgent && !hasFunction) report.add('DEF403', work.span, `Nobody works on ${id}`);
  if (hasAgent && hasFunction) {
    report.add('DEF414', keySpan(work, 'function'), `${id} has both an agent and a function`);
  }
  if (hasAgent && !isName(agent)) {
    const span = spanAt(work.node, ['assigned_to'], work.span);
    report.add('DEF105', span, `"${agent}" cannot be the name of an agent`);
  }
  if (hasFunction && !knownFunctions.some((known) => known === name)) {
    const span = spanAt(work.node, ['function'], work.span);
    report.unknown('DEF404', span, `There is no function "${name}"`, name, knownFunctions);
  }
};

const checkDecision = (task: SheetTask, report: Report): void => {
  if (task.definition.type !== 'DECISION') return;
  const { id, cases, param, defaultCase } = task.definition;
  if (cases.length === 0 && (defaultCase ?? []).length === 0) {
    report.add('DEF405', keySpan(task, 'decision_cases'), `The decision ${id} has no cases`);
    return;
  }
  if (param === null) {
    for (const { key, condition } of cases) {
      if (condition !== null) continue;
      const span = spanAt(task.node, ['decision_cases', key], task.span);
      const message = `The case ${key} of ${id} has no condition, and there is no decision_param to compare it with`;
      report.add('DEF405', span, message);
    }
  }
  if (defaultCase !== null) return;
  report.add('DEF503', task.span, `The decision ${id} has no default_case`);
};

const checkCompensation = (task: SheetTask, report: Report): void => {
  const { compensate } = task.written;
  const node = child(task.node, 'compensate');
  if (compensate === null || compensate === undefined || node === null) return;
  const work = { written: compensate, node, span: keySpan(task, 'compensate') };
  checkExecutor(`the compensation of ${task.definition.id}`, work, report);
};

const checkFork = (task: SheetTask, report: Report): void => {
  if (task.definition.type !== 'FORK') return;
  const { id, branches } = task.definition;
  for (const branch of itemsOf(child(task.node, 'tasks'))) {
    if (branch.type !== 'map') continue;
    const message = `The fork ${id} names its branches: tasks are written beside it`;
    report.add('DEF101', branch.span, message, { hint: 'write the id of the first task' });
    return;
  }
  if (branches.length > 0) return;
  report.add('DEF406', keySpan(task, 'tasks'), `The fork ${id} has no branches`);
};

const checkJoin = (task: SheetTask, report: Report): void => {
  if (task.definition.type !== 'JOIN') return;
  const { id, dependsOn, mode } = task.definition;
  if (dependsOn.length === 0) {
    report.add('DEF407', task.span, `The join ${id} waits for nothing`);
  } else if (typeof mode === 'number' && mode > dependsOn.length) {
    const message = `The join ${id} wants ${mode} tasks and waits for ${dependsOn.length} only`;
    const hint = `use a number up to ${dependsOn.length}, or all`;
    report.add('DEF407', spanAt(task.node, ['mode'], task.span), message, { hint });
  }
};
