/** Which case a DECISION takes. */
import type { Json, JsonObject } from '../lib/json.ts';
import type { DecisionCase, DecisionTaskDefinition } from './definition.ts';
import type { Draft } from './draft.ts';
import { conditionHolds, resolve, type Evaluated } from './expressions.ts';
import { scopeOf } from './scope.ts';

/**
 * The decision's output `{decision, case, next_tasks}`: the parameter's value, the key of the
 * case taken (`default`, or null where none matched) and the tasks it routes to.
 */
export const chooseCase = (draft: Draft, task: DecisionTaskDefinition): Evaluated<JsonObject> => {
  const scope = scopeOf(draft.run, draft.now, { row: task.id });
  const param = resolve(task.param, scope);
  if (!param.ok) return param;
  const key = keyOf(param.value);
  for (const candidate of task.cases) {
    if (task.param !== null && candidate.key !== key) continue;
    if (candidate.condition !== null) {
      const holds = conditionHolds(candidate.condition, scope);
      if (!holds.ok) return holds;
      if (!holds.value) continue;
    }
    return chosen(param.value, candidate);
  }
  const next = task.defaultCase;
  return chosen(param.value, { key: next === null ? null : 'default', nextTasks: next ?? [] });
};

/** The value as text; null, nothing and lists or objects match no key. */
const keyOf = (value: Json): string | null => {
  if (typeof value === 'string') return value === '' ? null : value;
  return typeof value === 'number' || typeof value === 'boolean' ? String(value) : null;
};

const chosen = (
  decision: Json,
  taken: { readonly key: string | null; readonly nextTasks: DecisionCase['nextTasks'] },
): Evaluated<JsonObject> => ({
  ok: true,
  value: { decision, case: taken.key, next_tasks: [...taken.nextTasks] },
});
