/**
 * Sending work back: an option of a HUMAN task that names an earlier task has that task, what
 * follows it and the question itself run again, in the run's next generation. The note travels
 * to the task as `previous_feedback`. Computed from the decision (I8), so one that is made
 * while the run is paused is followed on resume.
 */
import { systemActor } from './actor.ts';
import type { TaskError } from './answers.ts';
import type { HumanTaskDefinition } from './definition.ts';
import type { Draft } from './draft.ts';
import { engineError } from './expressions.ts';
import { descendantsOf } from './operator-preview.ts';
import type { RunState } from './state.ts';
import { fieldsOf, isUnderWay, taskOf } from './tasks.ts';
import type { Json } from '../lib/json.ts';

/** Times that one question may send work back: two people cannot play it to each other without end. */
const MOST_PUSH_BACKS = 10;

/** Sends the work back when a decision says so. True when something was emitted. */
export const pushBack = (draft: Draft): boolean => {
  for (const task of draft.run.definition.tasks) {
    if (task.type !== 'HUMAN') continue;
    const state = taskOf(draft.run, task.id);
    if (state?.status !== 'COMPLETED') continue;
    const to = backTo(task, state.output);
    if (to === null || taskOf(draft.run, to) === null) continue;
    goBack(draft, task, to, fieldsOf(state.output));
    return true;
  }
  return false;
};

/** Why the option cannot send the work back once more, or null. */
export const refusePushBack = (
  run: RunState,
  task: HumanTaskDefinition,
  option: string,
): TaskError | null => {
  if (backTo(task, { approval_decision: option }) === null) return null;
  const before = taskOf(run, task.id)?.attempts.filter(
    ({ status, output }) => status === 'COMPLETED' && backTo(task, output) !== null,
  );
  if ((before?.length ?? 0) < MOST_PUSH_BACKS) return null;
  const message = `the work was sent back ${MOST_PUSH_BACKS} times already; reject or approve it`;
  return engineError('PushBackLimit', message).error;
};

const backTo = (task: HumanTaskDefinition, output: Json): string | null => {
  const { approval_decision: option } = fieldsOf(output);
  if (typeof option !== 'string' || !Object.hasOwn(task.optionDetails, option)) return null;
  return task.optionDetails[option]?.backTo ?? null;
};

const goBack = (
  draft: Draft,
  question: HumanTaskDefinition,
  to: string,
  decision: ReturnType<typeof fieldsOf>,
): void => {
  const { run } = draft;
  const { notes, decided_by: by, approval_decision: option } = decision;
  const names = typeof by === 'string' ? by : 'people';
  const behind = descendantsOf(run.definition, to);
  const again = run.definition.tasks
    .map(({ id }) => id)
    .filter((id) => id === to || id === question.id || behind.has(id));
  const reason = `sent back to ${to} by ${names} (${question.id}: ${typeof option === 'string' ? option : '?'})`;
  for (const id of again) {
    const task = taskOf(run, id);
    if (task !== null && isUnderWay(task)) draft.emit({ type: 'TaskCancelled', task: id, reason });
  }
  draft.emit({
    type: 'GenerationStarted',
    generation: run.generation + 1,
    kind: 'push_back',
    from: to,
    runAgain: again,
    by: { ...systemActor, name: names },
    note: typeof notes === 'string' ? notes : null,
  });
};
