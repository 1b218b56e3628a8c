/** Templates and conditions wherever they stand in the file. */
import { conditionNames, conditionPaths } from '../../../grammar/condition/paths.ts';
import { parseCondition } from '../../../grammar/condition/parse.ts';
import { parseTemplate, type TemplatePath } from '../../../grammar/template/parse.ts';
import type { Report } from '../report.ts';
import { scalarsOf } from '../yaml/tree.ts';
import type { YamlNode, YamlScalar } from '../yaml/tree.ts';
import { checkConditionTypes } from './condition-types.ts';
import { checkPath } from './path.ts';
import type { Names, Place } from './scope.ts';

/** Checks every template below a value. */
export const checkTemplates = (
  node: YamlNode | null,
  place: Place,
  names: Names,
  report: Report,
): void => {
  for (const scalar of scalarsOf(node)) {
    if (typeof scalar.value !== 'string' || !scalar.value.includes('${')) continue;
    const parsed = parseTemplate(scalar.value);
    if (!parsed.ok) {
      for (const problem of parsed.problems) report.inside(scalar, problem);
      continue;
    }
    for (const part of parsed.template.parts) {
      if (part.type === 'text') continue;
      part.alternatives.forEach((operand, index) => {
        if (operand.type === 'literal') return;
        const fallback = index < part.alternatives.length - 1;
        const path = checkedPath(operand.path, scalar, report);
        checkPath({ ...path, fallback }, place, names, report);
      });
    }
  }
};

/** Checks one condition. */
export const checkCondition = (
  node: YamlNode | null,
  place: Place,
  names: Names,
  report: Report,
): void => {
  if (node?.type !== 'scalar' || typeof node.value !== 'string') return;
  const parsed = parseCondition(node.value);
  if (!parsed.ok) {
    for (const problem of parsed.problems) report.inside(node, problem);
    return;
  }
  checkConditionTypes(parsed.condition, names, (code, span, message) =>
    report.add(code, report.within(node, span), message),
  );
  const fallback = node.value.includes('??');
  for (const path of conditionPaths(parsed.condition)) {
    checkPath({ ...checkedPath(path, node, report), fallback }, place, names, report);
  }
  for (const { name, span } of conditionNames(parsed.condition)) {
    const segments = name.split('.');
    const root = segments[0] ?? name;
    const at = report.within(node, span);
    if (ROOTS.has(root) || names.tasks.has(root)) {
      checkPath({ segments, text: name, span: at, fallback }, place, names, report);
    } else if (!names.metrics.includes(root)) {
      const code = place.flow ? 'DEF305' : 'DEF309';
      const message = `"${name}" is neither a metric nor an output that a task declares`;
      reportName(code, { name, message, span: at }, names, report);
    }
  }
};

const ROOTS = new Set(['workflow', 'self', 'secret', 'item']);

const checkedPath = (path: TemplatePath, node: YamlScalar, report: Report) => ({
  segments: path.segments.map((segment) => (segment.type === 'key' ? segment.key : segment.index)),
  text: path.text,
  span: report.within(node, path.span),
});

const reportName = (
  code: 'DEF305' | 'DEF309',
  problem: { readonly name: string; readonly message: string; readonly span: YamlNode['span'] },
  names: Names,
  report: Report,
): void => {
  const { name, message, span } = problem;
  if (names.inputs.includes(name)) {
    report.add(code, span, message, { hint: `write \${workflow.input.${name}}` });
  } else if (code === 'DEF305' && /^[A-Z][A-Z0-9_]*$/u.test(name)) {
    report.add(code, span, message, { hint: `put quotes around it if it is text: "${name}"` });
  } else report.unknown(code, span, message, name, names.metrics);
};
