/**
 * Ending a task well: outputs its definition adds, the copy of its output, its side effects.
 * All of it is worked out before anything is recorded, because a template or condition that
 * cannot be evaluated fails the task instead.
 */
import type { Scope } from '../../grammar/scope.ts';
import { isJsonObject, type Json } from '../lib/json.ts';
import type { TaskError } from './answers.ts';
import type { TaskDefinition } from './definition.ts';
import type { Draft } from './draft.ts';
import type { RunEvent } from './events.ts';
import { conditionHolds, engineError, resolve, type Evaluated } from './expressions.ts';
import { fileKey } from './keys.ts';
import { scopeOf } from './scope.ts';

export interface Completion {
  /** null for task types without attempts. */
  readonly attempt: number | null;
  readonly output: Json;
  readonly agent: string | null;
  readonly answer: string | null;
  /** What went wrong inside and is tolerated: the task ends COMPLETED_WITH_ERRORS. */
  readonly errors?: string;
}

/** Completes the task, or says what stands in the way and records nothing. */
export const completeTask = (
  draft: Draft,
  task: TaskDefinition,
  completion: Completion,
): TaskError | null => {
  const output = withDeclared(draft, task, completion.output);
  if (!output.ok) return output.error;
  const files = filesOf(draft, task, output.value);
  if (!files.ok) return files.error;
  const { attempt, agent, answer, errors: reason } = completion;
  const ended = { task: task.id, output: output.value };
  draft.emit(
    reason === undefined
      ? { type: 'TaskCompleted', ...ended, attempt, agent, answer }
      : { type: 'TaskCompletedWithErrors', ...ended, reason },
  );
  for (const event of files.value) draft.emit(event);
  return null;
};

const scopeWith = (draft: Draft, task: TaskDefinition, output: Json): Scope =>
  scopeOf(draft.run, draft.now, { row: task.id, ending: { status: 'COMPLETED', output } });

/** The output with the declared templates the agent left out. */
const withDeclared = (draft: Draft, task: TaskDefinition, given: Json): Evaluated<Json> => {
  const declared = task.output.filter(({ value }) => value !== null);
  const base = given ?? {};
  if (declared.length === 0 || !isJsonObject(base)) return { ok: true, value: given };
  const scope = scopeWith(draft, task, base);
  const added: [string, Json][] = [];
  for (const { name, value } of declared) {
    if (Object.hasOwn(base, name)) continue;
    const resolved = resolve(value, scope);
    if (!resolved.ok) return resolved;
    added.push([name, resolved.value]);
  }
  return { ok: true, value: { ...base, ...Object.fromEntries(added) } };
};

/** `output_to` first, then the side effects whose condition holds. */
const filesOf = (
  draft: Draft,
  task: TaskDefinition,
  output: Json,
): Evaluated<readonly RunEvent[]> => {
  const scope = scopeWith(draft, task, output);
  const events: RunEvent[] = [];
  const request = (path: Json, content: Json, format: 'yaml' | 'text'): TaskError | null => {
    if (typeof path !== 'string' || path === '') {
      return engineError('TemplateError', `a file name came out as ${JSON.stringify(path)}`).error;
    }
    const key = fileKey(draft.run, task.id, events.length);
    events.push({ type: 'FileRequested', key, task: task.id, path, content, format });
    return null;
  };
  if (task.outputTo !== null) {
    const path = resolve(task.outputTo, scope);
    if (!path.ok) return path;
    const error = request(path.value, output ?? {}, 'yaml');
    if (error !== null) return { ok: false, error };
  }
  for (const { condition, file, content } of task.sideEffects) {
    if (condition !== null) {
      const holds = conditionHolds(condition, scope);
      if (!holds.ok) return holds;
      if (!holds.value) continue;
    }
    const path = resolve(file, scope);
    if (!path.ok) return path;
    const filled = resolve(content, scope);
    if (!filled.ok) return filled;
    const format = typeof filled.value === 'string' ? 'text' : 'yaml';
    const error = request(path.value, filled.value, format);
    if (error !== null) return { ok: false, error };
  }
  return { ok: true, value: events };
};
