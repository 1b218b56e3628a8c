/** One path of a template or condition: can it ever lead to a value? */
import type { Span } from '../../../grammar/diagnostic.ts';
import { suggest } from '../../../grammar/suggest.ts';
import type { TaskDefinition } from '../../engine/definition.ts';
import { SECRET_NAME } from '../../engine/secrets.ts';
import type { Report } from '../report.ts';
import type { Names, Place } from './scope.ts';

export interface CheckedPath {
  readonly segments: readonly (string | number)[];
  readonly text: string;
  readonly span: Span;
  /** True when something is taken instead should it be missing. */
  readonly fallback: boolean;
}

/** Reports why a path cannot have a value, or may not have one yet. */
export const checkPath = (path: CheckedPath, place: Place, names: Names, report: Report): void => {
  const [root, second] = path.segments;
  if (place.items.includes(String(root))) return;
  const task = names.tasks.get(String(root));
  if (place.early && root !== 'workflow') {
    report.add('DEF304', path.span, `${path.text} is read before the run begins`);
    return;
  }
  if (task !== undefined) {
    checkTaskPath(path, task, { place, names, report });
    return;
  }
  switch (root) {
    case 'workflow':
      checkWorkflowPath(path, { place, names, report });
      break;
    case 'self':
      if (place.task === null) {
        report.add('DEF301', path.span, 'self is the task being dispatched, and here is none');
      } else if (second !== undefined && !SELF.includes(String(second))) {
        const message = `There is no ${path.text}: self has no "${second}"`;
        report.unknown('DEF301', path.span, message, String(second), SELF);
      }
      break;
    case 'item':
      report.add('DEF301', path.span, 'item exists only in what a FOR_EACH does with it', {
        hint: 'read a list of an output: ${a.output.list[0]}',
      });
      break;
    case 'secret':
      checkSecretPath(path, place, report);
      break;
    default:
      reportUnknownRoot(path, String(root), names, report);
  }
};

const checkSecretPath = (path: CheckedPath, place: Place, report: Report): void => {
  const [, name, ...rest] = path.segments;
  if (!place.secrets) {
    report.add('DEF307', path.span, `${path.text} cannot be read here`);
  } else if (typeof name !== 'string' || !SECRET_NAME.test(name) || rest.length > 0) {
    report.add('DEF301', path.span, `There is no ${path.text}: a secret is a text with a name`, {
      hint: 'write ${secret.NAME}, of letters, digits and "_"',
    });
  }
};

const SELF = [
  'id',
  'attempt',
  'generation',
  'previous_failure',
  'previous_feedback',
  'index',
  'item_key',
  'iteration',
];
const WORKFLOW = ['id', 'definition', 'handle', 'started_by', 'input', 'variables'];

const reportUnknownRoot = (path: CheckedPath, root: string, names: Names, report: Report): void => {
  const dotted = [...names.tasks.keys()].find((id) => id.startsWith(`${root}.`));
  if (dotted !== undefined) {
    const message = `Templates cannot read "${dotted}": its id has a dot`;
    report.add('DEF302', path.span, message, { hint: 'write the id with "_" or "-" instead' });
    return;
  }
  const known = [...names.tasks.keys(), 'workflow', 'self', 'secret'];
  const asInput = names.inputs.includes(root);
  const message = `There is no task "${root}"`;
  if (asInput) {
    const hint = `write workflow.input.${root}`;
    report.add('DEF302', path.span, message, { hint, expected: [`workflow.input.${root}`] });
  } else report.unknown('DEF302', path.span, message, root, known);
};

const checkWorkflowPath = (path: CheckedPath, { place, names, report }: Around): void => {
  const [, second, third, ...rest] = path.segments;
  if (second === undefined) return;
  if (second === 'input') {
    if (names.secretInputs.includes(String(third)) && !place.secrets) {
      report.add('DEF307', path.span, `${path.text} is secret and cannot be read here`);
    }
    if (third === undefined || names.inputs.includes(String(third))) return;
    const message = `The input "${third}" is not declared`;
    report.unknown('DEF303', path.span, message, String(third), names.inputs);
  } else if (second === 'variables') {
    if (third === undefined || names.variables.includes(String(third))) return;
    const message = `No task sets the variable "${third}"`;
    report.unknown('DEF301', path.span, message, String(third), names.variables);
  } else if (!WORKFLOW.includes(String(second))) {
    const message = `There is no ${path.text}: workflow has no "${second}"`;
    report.unknown('DEF301', path.span, message, String(second), WORKFLOW);
  } else if (third !== undefined || rest.length > 0) {
    report.add('DEF301', path.span, `workflow.${second} is a text, so there is no ${path.text}`);
  }
};

interface Around {
  readonly place: Place;
  readonly names: Names;
  readonly report: Report;
}

const checkTaskPath = (path: CheckedPath, task: TaskDefinition, around: Around): void => {
  const { report } = around;
  const [, second, third] = path.segments;
  if (task.type === 'DO_WHILE' && second === 'iteration') return;
  if (second !== undefined && second !== 'output' && second !== 'status') {
    const near = `${task.id}.output.${second}`;
    const message = `There is no ${path.text}: a task has output and status`;
    report.add('DEF301', path.span, message, { hint: `did you mean ${near}?`, expected: [near] });
    return;
  }
  if (second === 'status' && third !== undefined) {
    report.add('DEF301', path.span, `${task.id}.status is a text, so there is no ${path.text}`);
    return;
  }
  checkTime(path, task, around);
  if (third === undefined) return;
  const fixed = outputKeys(task);
  if (fixed !== null && !fixed.includes(String(third))) {
    const message = `${task.id}, a ${task.type} task, has no output "${third}"`;
    report.unknown('DEF301', path.span, message, String(third), fixed);
    return;
  }
  const declared = task.output.map(({ name }) => name);
  if (fixed !== null || declared.includes(String(third))) return;
  const [near] = suggest(String(third), declared);
  if (near === undefined) return;
  const message = `${task.id} does not declare the output "${third}"`;
  report.add('DEF308', path.span, message, { hint: `did you mean ${near}?`, expected: [near] });
};

/** A value must be there before it is read. Circles are reported elsewhere. */
const checkTime = (
  path: CheckedPath,
  task: TaskDefinition,
  { place, names, report }: Around,
): void => {
  const inside = place.task === null ? [] : [place.task, ...names.order.around(place.task)];
  const each = names.order
    .around(task.id)
    .find((id) => names.tasks.get(id)?.type === 'FOR_EACH' && !inside.includes(id));
  if (each !== undefined) {
    const message = `${path.text} is different for each item of ${each}`;
    report.add('DEF310', path.span, message, { hint: `read its results: \${${each}.output[0]}` });
    return;
  }
  if (place.task === null) return;
  // In a loop, a task that has not run yet is read as the iteration before left it.
  const again = names.order
    .around(task.id)
    .some((id) => inside.includes(id) && names.tasks.get(id)?.type !== 'FOR_EACH');
  if (place.task === task.id) {
    if (place.ending || (again && path.fallback)) return;
    const message = `${task.id} cannot read its own ${path.text} before it has run`;
    report.add('DEF304', path.span, message);
    return;
  }
  if (names.order.precedes(task.id, place.task)) return;
  // The condition of a loop reads what its members left.
  if (place.ending && names.order.around(task.id).includes(place.task)) return;
  if (!again && names.order.precedes(place.task, task.id)) {
    const message = `${place.task} reads ${path.text}, but ${task.id} runs after it`;
    report.add('DEF304', path.span, message);
  } else if (!path.fallback) {
    const message = `${place.task} reads ${path.text}, but does not wait for ${task.id}`;
    report.add('DEF306', path.span, message);
  }
};

/** The outputs of a type that makes its own, or null when an agent decides. */
const outputKeys = (task: TaskDefinition): readonly string[] | null => {
  const own = task.output.map(({ name }) => name);
  switch (task.type) {
    case 'SIMPLE':
    case 'SUB_WORKFLOW':
    case 'FOR_EACH':
    case 'WAIT':
      return null;
    case 'TERMINATE':
      return [];
    case 'SET_VARIABLE':
      return [...Object.keys(task.variables), ...own];
    case 'DO_WHILE':
      return ['iteration', ...task.members.map(({ id }) => id), ...own];
    case 'DECISION':
      return ['decision', 'case', 'next_tasks', ...own];
    case 'HUMAN':
      return [
        'approval_decision',
        'notes',
        'decided_by',
        'decided_at',
        'escalated',
        'next_tasks',
        ...own,
      ];
    case 'FORK':
      return own;
    case 'JOIN':
      return [...task.dependsOn, ...own];
  }
};
