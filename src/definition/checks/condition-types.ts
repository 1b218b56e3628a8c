/**
 * Comparisons whose outcome follows from the types of their sides. Only what is certain counts:
 * literals, declared inputs, statuses and the engine's own figures.
 */
import type { Condition } from '../../../grammar/condition/model.ts';
import type { Span } from '../../../grammar/diagnostic.ts';
import type { TemplatePath } from '../../../grammar/template/parse.ts';
import { METRICS } from '../../engine/metrics.ts';
import type { DefinitionCode } from '../codes.ts';
import type { Names } from './scope.ts';

type Known = 'a text' | 'a number' | 'true or false' | 'a list' | 'an object';

/** Tells of every comparison between types. */
export const checkConditionTypes = (
  condition: Condition,
  names: Names,
  report: (code: DefinitionCode, span: Span, message: string) => void,
): void => {
  const visit = (node: Condition): void => {
    switch (node.type) {
      case 'and':
      case 'or':
        node.conditions.forEach(visit);
        return;
      case 'not':
        visit(node.condition);
        return;
      case 'compare': {
        const left = typeOf(node.left, names);
        const right = typeOf(node.right, names);
        if (left === null || right === null || left === right) return;
        if (['<', '<=', '>', '>='].includes(node.op)) {
          const message = `${left} and ${right} have no order: the condition cannot be evaluated`;
          report('DEF312', node.span, message);
        } else if (node.op === '==' || node.op === '!=') {
          const always = node.op === '==' ? 'false' : 'true';
          report('DEF313', node.span, `${left} never equals ${right}: this is always ${always}`);
        }
        return;
      }
      default:
    }
  };
  visit(condition);
};

const typeOf = (node: Condition, names: Names): Known | null => {
  switch (node.type) {
    case 'literal':
      return LITERALS[typeof node.value] ?? null;
    case 'duration':
      return 'a number';
    case 'list':
      return 'a list';
    case 'name':
      return METRICS.some((metric) => metric === node.path.text) ? 'a number' : null;
    case 'template': {
      const [only] = node.alternatives;
      if (node.alternatives.length !== 1 || only?.type !== 'path') return null;
      return typeOfPath(only.path, names);
    }
    default:
      return null;
  }
};

const LITERALS: Readonly<Record<string, Known>> = {
  string: 'a text',
  number: 'a number',
  boolean: 'true or false',
};

const typeOfPath = ({ root, segments }: TemplatePath, names: Names): Known | null => {
  const keys = segments.map((segment) => (segment.type === 'key' ? segment.key : null));
  if (root === 'workflow' && keys[1] === 'input' && keys.length === 3) {
    const type = names.inputTypes.get(keys[2] ?? '') ?? null;
    return type === null ? null : TYPES[type];
  }
  const isStatus = keys[1] === 'status' && keys.length === 2 && names.tasks.has(root);
  return isStatus ? 'a text' : null;
};

const TYPES = {
  string: 'a text',
  path: 'a text',
  number: 'a number',
  duration: 'a number',
  boolean: 'true or false',
  list: 'a list',
  object: 'an object',
} as const;
