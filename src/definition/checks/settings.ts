import { alertActions, failureActions } from '../functions.ts';
import { stepId } from '../convert/failure.ts';
import { isName } from '../../engine/ids.ts';
import { OPERATIONS, operationOf } from '../../engine/operations.ts';
import { spanAt, textsOf } from '../sheet.ts';
import type { Sheet } from '../sheet.ts';
import { child, itemsOf, nodeAt } from '../yaml/tree.ts';
import type { YamlNode } from '../yaml/tree.ts';

/** Checks, alerts, permissions and failure steps must name what there is. */
export const checkSettings = (sheet: Sheet): void => {
  checkChecks(sheet);
  checkAlerts(sheet);
  checkPermissions(sheet);
  checkOperations(sheet);
  checkFailureSteps(sheet);
  const { node, report } = sheet;
  const version = nodeAt(node, ['validation', 'schema_version']);
  if (version?.type === 'scalar' && version.value !== SCHEMA_VERSION && version.value !== null) {
    const message = `The schema version "${String(version.value)}" is not known`;
    report.add('DEF107', version.span, message, { hint: `write ${SCHEMA_VERSION}` });
  }
};

const SCHEMA_VERSION = '3ox-workflow-v1';

const checkChecks = ({ node, report, definition }: Sheet): void => {
  const inputs = definition.input.map(({ name }) => name);
  const paths = inputs.flatMap((name) => [`${name}_exists`, `${name}_writable`]);
  const after = ['receipt_generated', 'all_tasks_completed'];
  for (const phase of ['pre', 'post'] as const) {
    const list = nodeAt(node, ['validation', `${phase}_execution_checks`]);
    for (const item of itemsOf(list)) {
      const name = item.type === 'map' ? child(item, 'check') : item;
      if (name?.type !== 'scalar' || typeof name.value !== 'string') continue;
      const known = phase === 'pre' ? paths : [...after, ...paths];
      if (known.includes(name.value)) continue;
      if (after.includes(name.value)) {
        const message = `${name.value} can only hold after the run`;
        const hint = 'move it to post_execution_checks:';
        report.add('DEF409', name.span, message, { hint });
      } else {
        const message = `There is no check "${name.value}"`;
        report.unknown('DEF409', name.span, message, name.value, known);
      }
    }
  }
};

const checkAlerts = ({ node, report }: Sheet): void => {
  for (const alert of itemsOf(nodeAt(node, ['monitoring', 'alerts']))) {
    const action = child(alert, 'action');
    if (action?.type !== 'scalar' || typeof action.value !== 'string') continue;
    const { value, span } = action;
    if (alertActions.some((known) => known === value)) continue;
    report.unknown('DEF410', span, `There is no alert action "${value}"`, value, alertActions);
  }
};

const checkPermissions = ({ node, report }: Sheet): void => {
  for (const key of ['who_can_start', 'who_can_approve']) {
    for (const { value, span } of textsOf(nodeAt(node, ['permissions', key]))) {
      if (/^(?:L[0-3](?::.+)?|(?:user|os|role|channel):.+)$/u.test(value.trim())) continue;
      report.add('DEF510', span, `"${value}" in ${key} matches nobody`);
    }
  }
};

const checkOperations = ({ node, report }: Sheet): void => {
  for (const { value, span } of textsOf(nodeAt(node, ['permissions', 'forbidden_operations']))) {
    if (operationOf(value) !== null) continue;
    const message = `There is no operation "${value}" to forbid`;
    report.add('DEF107', span, message, { hint: `write ${OPERATIONS.join(', ')}` });
  }
};

const checkFailureSteps = ({ node, report, written, definition, top }: Sheet): void => {
  const failure = written.failure_workflow;
  if (failure === null || failure === undefined) return;
  const at = child(node, 'failure_workflow');
  const id = typeof failure === 'string' ? failure : failure.id;
  const idSpan = spanAt(at, at?.type === 'map' ? ['id'] : [], top);
  if (typeof id === 'string' && !isName(id)) {
    report.add('DEF105', idSpan, `"${id}" cannot be the id of a definition`);
  }
  if (id?.toLowerCase() === definition.id.toLowerCase()) {
    report.add('DEF416', idSpan, `${id} names itself as its failure workflow`);
  }
  if (typeof failure === 'string') return;
  const steps = failure.steps ?? null;
  if ((steps === null && typeof id !== 'string') || steps?.length === 0) {
    const message = 'The failure workflow has neither steps nor an id';
    report.add('DEF102', at?.span ?? top, message, { hint: 'add steps: [log_to_incident]' });
  }
  const seen = new Set<string>();
  for (const [index, step] of (steps ?? []).entries()) {
    checkStep({ step, index, node: nodeAt(at, ['steps', index]), seen }, report);
  }
};

const checkStep = (
  place: {
    readonly step: string | { readonly id?: string | null | undefined; readonly action: string };
    readonly index: number;
    readonly node: YamlNode | null;
    readonly seen: Set<string>;
  },
  report: Sheet['report'],
): void => {
  const { step, index, node, seen } = place;
  if (node === null) return;
  const form = typeof step === 'string' ? { action: step } : step;
  const span = spanAt(node, node.type === 'map' ? ['action'] : [], node.span);
  if (!failureActions.includes(form.action)) {
    const message = `There is no failure step "${form.action}"`;
    report.unknown('DEF411', span, message, form.action, failureActions);
    return;
  }
  const id = stepId(form, index);
  const idSpan = spanAt(node, ['id'], span);
  if (!isName(id)) report.add('DEF105', idSpan, `"${id}" cannot be the id of a step`);
  if (seen.has(id.toLowerCase())) report.add('DEF201', idSpan, `The step id "${id}" is used twice`);
  seen.add(id.toLowerCase());
};
