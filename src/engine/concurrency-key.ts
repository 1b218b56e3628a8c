/** Concurrency keys of tasks: open attempts with the same text share places, in whatever run they are. */
import type {
  KeyLimit,
  SimpleTaskDefinition,
  SubWorkflowTaskDefinition,
  TaskDefinition,
  WorkflowDefinition,
} from './definition.ts';
import type { Draft } from './draft.ts';
import { engineError, resolve, type Evaluated } from './expressions.ts';
import { scopeOf } from './scope.ts';
import { selfOf } from './start-task.ts';
import type { TaskState } from './state.ts';

/** A task of a type that holds a slot or a place while an attempt is open. */
export type SlotTask = SimpleTaskDefinition | SubWorkflowTaskDefinition;

export const isSlotTask = (task: TaskDefinition): task is SlotTask =>
  task.type === 'SIMPLE' || task.type === 'SUB_WORKFLOW';

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

/** What `limits` says of the key; a key that is not named there has one place. */
export const keyLimit = ({ limits }: WorkflowDefinition, key: string): KeyLimit =>
  (Object.hasOwn(limits, key) ? limits[key] : undefined) ?? ONE_PLACE;

const ONE_PLACE: KeyLimit = { concurrency: 1, rate: null };
