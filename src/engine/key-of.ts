/** What a task's concurrency key comes to. Apart from `concurrency-key.ts`, because filling in templates loads the parser, and who only shows runs has no need of it. */
import type { SlotTask } from './concurrency-key.ts';
import type { Draft } from './draft.ts';
import { engineError, resolve, type Evaluated } from './expressions.ts';
import { scopeOf } from './scope.ts';
import { selfOf } from './start-task.ts';
import type { TaskState } from './state.ts';

/** What the key of the task's next attempt comes to; null when it needs no place. */
export const keyOf = (draft: Draft, task: SlotTask, state: TaskState): Evaluated<string | null> => {
  if (task.concurrencyKey === null) return { ok: true, value: null };
  const self = selfOf(draft, state, state.attempts.length + 1);
  const key = resolve(task.concurrencyKey, scopeOf(draft.run, draft.now, { row: task.id, self }));
  if (!key.ok) return key;
  const { value } = key;
  if (value === null || value === '') return { ok: true, value: null };
  if (typeof value !== 'object') return { ok: true, value: String(value) };
  const shown = JSON.stringify(value).slice(0, 80);
  return engineError('TemplateError', `concurrency_key must be text, and is ${shown}`);
};
