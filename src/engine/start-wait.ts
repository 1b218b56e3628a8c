/** Waiting: for some time, until some time, or for a signal. */
import { parseDuration } from '../../grammar/duration.ts';
import { parseInstant } from '../lib/instant.ts';
import type { Json } from '../lib/json.ts';
import { completeTask } from './complete-task.ts';
import type { WaitTaskDefinition } from './definition.ts';
import type { Draft } from './draft.ts';
import { engineError, resolve, type Evaluated } from './expressions.ts';
import { failAttempt, failTask } from './fail-task.ts';
import { scopeOf } from './scope.ts';
import { keptFor, signalKey } from './signals.ts';
import { deadlineOf, failedForGood, selfOf } from './start-task.ts';
import { taskOf } from './tasks.ts';

/**
 * Opens the next attempt. It ends in the same step when its time has come already, or when a
 * signal was kept for it.
 */
export const startWait = (draft: Draft, task: WaitTaskDefinition): void => {
  const state = taskOf(draft.run, task.id);
  if (state === null || failedForGood(draft, task, state)) return;
  const attempt = state.attempts.length + 1;
  const until = untilOf(draft, task, attempt);
  if (!until.ok) {
    failTask(draft, task, { status: 'FAILED', error: until.error, output: {} });
    return;
  }
  const signal = task.wait.kind === 'signal' ? task.wait.name : null;
  draft.emit({
    type: 'WaitStarted',
    task: task.id,
    attempt,
    generation: state.generation,
    until: until.value,
    signal,
    deadline: deadlineOf(draft, task, state),
  });
  if (until.value !== null && until.value <= draft.now) endWait(draft, task, attempt, {});
  const kept = signal === null ? null : keptFor(draft.run, signal, task.id);
  if (signal === null || kept === null) return;
  draft.emit({ type: 'SignalTaken', name: signal, by: signalKey(draft.run, task.id) });
  endWait(draft, task, attempt, kept.payload);
};

/** What was waited for is there. */
export const endWait = (
  draft: Draft,
  task: WaitTaskDefinition,
  attempt: number,
  output: Json,
): void => {
  const done = { attempt, output: output ?? {}, agent: null, answer: null };
  const error = completeTask(draft, task, done);
  if (error !== null) failAttempt(draft, task, { ...done, status: 'FAILED', error });
};

/** When it is over, ms since the epoch; null for a signal. */
const untilOf = (
  draft: Draft,
  { id, wait }: WaitTaskDefinition,
  attempt: number,
): Evaluated<number | null> => {
  if (wait.kind === 'signal') return { ok: true, value: null };
  if (typeof wait.value === 'number') return { ok: true, value: draft.now + wait.value };
  const state = taskOf(draft.run, id);
  const self = state === null ? {} : selfOf(draft, state, attempt);
  const given = resolve(wait.value, scopeOf(draft.run, draft.now, { row: id, self }));
  if (!given.ok) return given;
  const { value } = given;
  if (wait.kind === 'until') {
    const at = typeof value === 'string' ? parseInstant(value) : null;
    return at === null
      ? engineError('WaitError', `until: ${JSON.stringify(value)} is no ISO-8601 time`)
      : { ok: true, value: at };
  }
  const ms = durationOf(draft, wait.value, value);
  return ms === null
    ? engineError('WaitError', `duration: ${JSON.stringify(value)} is no duration such as 90s`)
    : { ok: true, value: draft.now + ms };
};

/** A bare number is seconds, except that an input of type duration is held in ms. */
const durationOf = (draft: Draft, template: string, value: Json): number | null => {
  const name = /^\$\{\s*workflow\.input\.([\w-]+)\s*\}$/u.exec(template.trim())?.[1];
  const input = draft.run.definition.input.find((one) => one.name === name);
  if (input?.type === 'duration' && typeof value === 'number') return value;
  return typeof value === 'string' || typeof value === 'number' ? parseDuration(value) : null;
};
