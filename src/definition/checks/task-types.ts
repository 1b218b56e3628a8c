import { isName } from '../../engine/ids.ts';
import { knownFunctions } from '../functions.ts';
import { keySpan, spanAt } from '../sheet.ts';
import type { Sheet, SheetTask } from '../sheet.ts';
import { TASK_TYPES } from '../written-task.ts';
import type { Report } from '../report.ts';
import { checkHuman } from './human.ts';

/** Types of the format that this version does not execute. */
const LATER_TYPES = new Set([
  'SUB_WORKFLOW',
  'FOR_EACH',
  'WAIT',
  'TERMINATE',
  'SET_VARIABLE',
  'DO_WHILE',
]);

/** What each type of task needs, and what has no effect on it. */
export const checkTaskTypes = ({ report, tasks }: Sheet): void => {
  for (const task of tasks) {
    if (!checkType(task, report)) continue;
    warnOfIdleKeys(task, report);
    switch (task.definition.type) {
      case 'SIMPLE':
        checkExecutor(task, report);
        break;
      case 'DECISION':
        checkDecision(task, report);
        break;
      case 'HUMAN':
        checkHuman(task, report);
        break;
      case 'FORK':
        if (task.definition.branches.length > 0) break;
        report.add(
          'DEF406',
          keySpan(task, 'tasks'),
          `The fork ${task.definition.id} has no branches`,
        );
        break;
      case 'JOIN':
        checkJoin(task, report);
        break;
    }
  }
};

const checkType = (task: SheetTask, report: Report): boolean => {
  const { type } = task.written;
  if (type === null || type === undefined || TASK_TYPES.some((known) => known === type))
    return true;
  const span = spanAt(task.node, ['type'], task.span);
  if (LATER_TYPES.has(type)) {
    const message = `Tasks of type ${type} are not available in this version: ${task.definition.id} cannot run`;
    report.add('DEF401', span, message);
  } else {
    report.unknown('DEF402', span, `There is no task type "${type}"`, type, TASK_TYPES);
  }
  return false;
};

const checkExecutor = (task: SheetTask, report: Report): void => {
  const { id } = task.definition;
  const { assigned_to: agent, function: name } = task.written;
  const hasAgent = typeof agent === 'string';
  const hasFunction = typeof name === 'string';
  if (!hasAgent && !hasFunction) report.add('DEF403', task.span, `Nobody works on ${id}`);
  if (hasAgent && hasFunction) {
    report.add('DEF414', keySpan(task, 'function'), `${id} has both an agent and a function`);
  }
  if (hasAgent && !isName(agent)) {
    const span = spanAt(task.node, ['assigned_to'], task.span);
    report.add('DEF105', span, `"${agent}" cannot be the name of an agent`);
  }
  if (hasFunction && !knownFunctions.some((known) => known === name)) {
    const span = spanAt(task.node, ['function'], task.span);
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

const IDLE_KEYS: Readonly<Record<string, readonly string[]>> = {
  SIMPLE: ['assigned_to', 'function', 'timeout', 'heartbeat', 'queue_timeout', 'retry_policy'],
  DECISION: ['decision_param', 'decision_cases', 'default_case'],
  HUMAN: [
    'approval_options',
    'approval_timeout',
    'notification',
    'on_timeout',
    'quorum',
    'allow_requester',
  ],
  FORK: ['tasks'],
  JOIN: ['mode'],
};

const warnOfIdleKeys = (task: SheetTask, report: Report): void => {
  const { id, type } = task.definition;
  for (const [owner, keys] of Object.entries(IDLE_KEYS)) {
    if (owner === type || task.node.type !== 'map') continue;
    for (const { key, keySpan: span } of task.node.entries) {
      if (!keys.includes(key)) continue;
      const hint =
        key === 'timeout' && type === 'HUMAN'
          ? 'write approval_timeout'
          : 'remove it, or change type';
      report.add('DEF509', span, `${key} has no effect on ${id}, a ${type} task`, { hint });
    }
  }
};
