/** Conditions and templates of a definition, read against a run. The grammar owns what they mean. */
import { evaluateCondition } from '../../grammar/condition/evaluate.ts';
import { parseCondition } from '../../grammar/condition/parse.ts';
import { remembered } from '../../grammar/remembered.ts';
import type { Scope } from '../../grammar/scope.ts';
import { resolveValue } from '../../grammar/template/evaluate.ts';
import type { Json, JsonObject } from '../lib/json.ts';
import type { TaskError } from './answers.ts';

export type Evaluated<T> =
  { readonly ok: true; readonly value: T } | { readonly ok: false; readonly error: TaskError };

/** Whether the condition holds; one that cannot be evaluated is a ConditionError with the reason. */
export const conditionHolds = (source: string, scope: Scope): Evaluated<boolean> => {
  const parsed = parsedCondition(source);
  if (!parsed.ok) {
    return conditionError(source, parsed.problems.map(({ message }) => message).join('; '));
  }
  const evaluated = evaluateCondition(parsed.condition, scope);
  return evaluated.ok ? evaluated : conditionError(source, evaluated.reason);
};

/** A loop or a retry asks the same condition again and again. */
const parsedCondition = remembered(parseCondition);

/** The value with its templates filled in; a missing path is a TemplateError that names it. */
export const resolve = (value: Json, scope: Scope): Evaluated<Json> => {
  const resolved = resolveValue(value, scope);
  if (resolved.ok) return resolved;
  return engineError('TemplateError', `${resolved.path}: ${resolved.reason}`);
};

export const resolveFields = (fields: JsonObject, scope: Scope): Evaluated<JsonObject> => {
  const values: [string, Json][] = [];
  for (const [name, value] of Object.entries(fields)) {
    const resolved = resolve(value, scope);
    if (!resolved.ok) return resolved;
    values.push([name, resolved.value]);
  }
  return { ok: true, value: Object.fromEntries(values) };
};

const conditionError = (source: string, why: string): Evaluated<never> =>
  engineError('ConditionError', `\`${source}\` cannot be evaluated: ${why}`);

/** A failure found by the engine itself; another attempt would find it again. */
export const engineError = (
  type: string,
  message: string,
): { readonly ok: false; readonly error: TaskError } => ({
  ok: false,
  error: { type, message, retryable: false, retryAfter: null },
});
