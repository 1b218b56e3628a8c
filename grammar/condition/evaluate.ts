/**
 * Owns the truth of conditions. A condition is true or false or cannot be evaluated, and then the
 * reason names what stands in the way. Loads no parser.
 */
import type { Json } from '../json.ts';
import { never } from '../never.ts';
import type { Scope } from '../scope.ts';
import { evaluateAlternatives, kindOf, readPath } from '../template/read.ts';
import type { TemplatePath } from '../template/model.ts';
import { compareValues, readable, shown } from './compare.ts';
import type { Condition } from './model.ts';
import { longestText, matchPattern } from './pattern.ts';
import { printCondition } from './print.ts';

export type { Scope } from '../scope.ts';

export type ConditionResult =
  { readonly ok: true; readonly value: boolean } | { readonly ok: false; readonly reason: string };

/** Evaluates a condition; `and` and `or` stop as soon as the result is known. */
export const evaluateCondition = (condition: Condition, scope: Scope): ConditionResult => {
  const result = evaluate(condition, scope);
  if (!result.ok) return result;
  if (typeof result.value === 'boolean') return { ok: true, value: result.value };
  return failure(`${printCondition(condition)} is ${kindOf(result.value)}, not true or false`);
};

type Value =
  { readonly ok: true; readonly value: Json } | { readonly ok: false; readonly reason: string };

function evaluate(condition: Condition, scope: Scope): Value {
  switch (condition.type) {
    case 'literal':
      return { ok: true, value: condition.value };
    case 'duration':
      return { ok: true, value: condition.ms };
    case 'name':
      return fromPath(condition.path, scope);
    case 'template': {
      const result = evaluateAlternatives(condition.alternatives, scope);
      return result.ok ? result : failure(`${result.path} is missing: ${result.reason}`);
    }
    case 'list':
      return evaluateList(condition.items, scope);
    case 'not': {
      const result = evaluateCondition(condition.condition, scope);
      return result.ok ? { ok: true, value: !result.value } : result;
    }
    case 'and':
    case 'or':
      return evaluateJunction(condition.conditions, condition.type === 'or', scope);
    case 'matches': {
      const left = evaluate(condition.left, scope);
      return left.ok ? matches(left.value, condition.pattern) : left;
    }
    case 'compare': {
      const left = evaluate(condition.left, scope);
      if (!left.ok) return left;
      const right = evaluate(condition.right, scope);
      if (!right.ok) return right;
      const result = compareValues(condition.op, left.value, right.value);
      return result.ok ? result : failure(`${printCondition(condition)}: ${result.reason}`);
    }
    default:
      return never(condition);
  }
}

/** `until` ends it: true for `or`, false for `and`. */
function evaluateJunction(conditions: readonly Condition[], until: boolean, scope: Scope): Value {
  for (const condition of conditions) {
    const result = evaluateCondition(condition, scope);
    if (!result.ok || result.value === until) return result;
  }
  return { ok: true, value: !until };
}

function evaluateList(items: readonly Condition[], scope: Scope): Value {
  const values: Json[] = [];
  for (const item of items) {
    const result = evaluate(item, scope);
    if (!result.ok) return result;
    values.push(result.value);
  }
  return { ok: true, value: values };
}

function fromPath(path: TemplatePath, scope: Scope): Value {
  const result = readPath(path, scope);
  return result.ok ? result : failure(`${result.path} is missing: ${result.reason}`);
}

function matches(value: Json, pattern: string): Value {
  const text = readable(value);
  if (text === null)
    return failure(`matches needs a text, and ${shown(value)} is ${kindOf(value)}`);
  const result = matchPattern(pattern, text);
  if (result !== null) return { ok: true, value: result };
  return failure(
    `matches ${JSON.stringify(pattern)} looks at up to ${longestText(pattern)} characters, and the text has ${text.length}`,
  );
}

function failure(reason: string): { readonly ok: false; readonly reason: string } {
  return { ok: false, reason };
}
