/** A FOR_EACH begins: its items are resolved once, each with a name that stays. */
import { isJsonObject, type Json } from '../lib/json.ts';
import { completeTask } from './complete-task.ts';
import type { ForEachTaskDefinition } from './definition.ts';
import type { Draft } from './draft.ts';
import { engineError, resolve, type Evaluated } from './expressions.ts';
import { failTask } from './fail-task.ts';
import { scopeOf } from './scope.ts';
import { taskOf } from './tasks.ts';

/** One that was cut off goes on with the items it has; without items it ends at once. */
export const beginItems = (draft: Draft, task: ForEachTaskDefinition): void => {
  if (taskOf(draft.run, task.id)?.rows?.kind === 'items') {
    draft.emit({ type: 'TaskContinued', task: task.id });
    return;
  }
  const resolved = resolvedItems(draft, task);
  if (!resolved.ok) {
    failTask(draft, task, { status: 'FAILED', error: resolved.error, output: {} });
    return;
  }
  if (resolved.value.items.length > 0) {
    draft.emit({ type: 'ItemsResolved', task: task.id, ...resolved.value });
    return;
  }
  const error = completeTask(draft, task, { attempt: null, output: [], agent: null, answer: null });
  if (error !== null) failTask(draft, task, { status: 'FAILED', error, output: [] });
};

const resolvedItems = (
  draft: Draft,
  task: ForEachTaskDefinition,
): Evaluated<{ readonly items: readonly Json[]; readonly keys: readonly string[] }> => {
  const items = itemsOf(draft, task);
  if (!items.ok) return items;
  const keys = keysOf(draft, task, items.value);
  return keys.ok ? { ok: true, value: { items: items.value, keys: keys.value } } : keys;
};

const itemsOf = (draft: Draft, task: ForEachTaskDefinition): Evaluated<readonly Json[]> => {
  const resolved = resolve(task.items, scopeOf(draft.run, draft.now, { row: task.id }));
  if (!resolved.ok) return resolved;
  const { value } = resolved;
  if (isList(value)) return { ok: true, value };
  const shown = JSON.stringify(value).slice(0, 80);
  return engineError('ItemsError', `items must be a list, and is ${shown}`);
};

const isList = (value: Json): value is readonly Json[] => Array.isArray(value);

/** `item_key`, or what the item offers; a name that is taken gets the item's number. */
const keysOf = (
  draft: Draft,
  task: ForEachTaskDefinition,
  items: readonly Json[],
): Evaluated<readonly string[]> => {
  const keys: string[] = [];
  const taken = new Set<string>();
  for (const [index, value] of items.entries()) {
    let key = ownKey(value) ?? String(index);
    if (task.itemKey !== null) {
      const item = { as: task.as, value };
      const named = resolve(task.itemKey, scopeOf(draft.run, draft.now, { row: task.id, item }));
      if (!named.ok) return named;
      key = textOf(named.value) ?? String(index);
    }
    if (taken.has(key)) key = `${key}#${index}`;
    taken.add(key);
    keys.push(key);
  }
  return { ok: true, value: keys };
};

const ownKey = (item: Json): string | null =>
  isJsonObject(item)
    ? (['key', 'id', 'name', 'path']
        .map((name) => textOf((Object.hasOwn(item, name) ? item[name] : undefined) ?? null))
        .find((text) => text !== null) ?? null)
    : textOf(item);

const textOf = (value: Json): string | null => {
  if (typeof value === 'string') return value === '' ? null : value;
  return typeof value === 'number' || typeof value === 'boolean' ? String(value) : null;
};
