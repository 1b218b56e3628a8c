import { castVote } from '../vote.ts';
import type { Rejection } from '../commands.ts';
import type { HumanTaskDefinition } from '../definition.ts';
import type { Draft } from '../draft.ts';
import { refuseApproval } from '../permissions.ts';
import { definitionOf } from '../plan.ts';
import { misused, refused } from '../rejection.ts';
import { openRows } from '../row-summary.ts';
import { settle } from '../settle.ts';
import { openAttempt, taskOf } from '../tasks.ts';
import type { CommandOf } from './command.ts';
import { unknownTask } from './refusals.ts';

/** A person answers a HUMAN task. */
export const chooseOption = (
  command: CommandOf<'ChooseOption'>,
  draft: Draft,
): Rejection | null => {
  const task = command.task === null ? onlyWaiting(draft) : named(draft, command.task);
  if (task.type === 'rejected') return task;
  const refusal = refuseApproval(draft.run, task, command.actor);
  if (refusal !== null) return refusal;
  const state = taskOf(draft.run, task.id);
  const open = openAttempt(state);
  if (state?.status !== 'PENDING_APPROVAL' || open === null) return notWaiting(draft, task);
  const option = state.approval.options.find(
    (known) => known.toLowerCase() === command.option.trim().toLowerCase(),
  );
  if (option === undefined) {
    const known = state.approval.options.join(', ');
    return misused(
      'OPTION_UNKNOWN',
      `${task.id} has no option ${command.option}`,
      `It has ${known}`,
    );
  }
  castVote(draft, task, { attempt: open.attempt, option, by: command.actor, note: command.note });
  settle(draft);
  return null;
};

const onlyWaiting = (draft: Draft): HumanTaskDefinition | Rejection => {
  const waiting = openRows(draft.run).flatMap(({ definition, state }) =>
    definition.type === 'HUMAN' && state.status === 'PENDING_APPROVAL' ? [definition] : [],
  );
  const [only] = waiting;
  if (only === undefined) {
    const message = `Run ${draft.run.handle} asks nobody anything now`;
    return refused('NOTHING_ASKED', message, `why ${draft.run.handle} says what it waits for`);
  }
  if (waiting.length === 1) return only;
  const more = waiting.length > 10 ? `, and ${waiting.length - 10} more` : '';
  const ids = `${waiting
    .slice(0, 10)
    .map(({ id }) => id)
    .join(', ')}${more}`;
  return misused(
    'TASK_AMBIGUOUS',
    `Several tasks ask: ${ids}`,
    `Name one: choose <run> ${only.id} …`,
  );
};

const named = (draft: Draft, id: string): HumanTaskDefinition | Rejection => {
  const task = definitionOf(draft.run.definition, id);
  if (task === null) return unknownTask(draft.run, draft.run.definition, id);
  if (task.type === 'HUMAN') return task;
  return misused('NOT_A_QUESTION', `${id} is a ${task.type} task and asks nobody`, null);
};

/** The first answer wins; others are told who decided. */
const notWaiting = ({ run }: Draft, task: HumanTaskDefinition): Rejection => {
  const state = taskOf(run, task.id);
  const output = state !== null && 'output' in state ? state.output : null;
  const decided = decidedBy(output);
  if (decided !== null) {
    return refused('ALREADY_DECIDED', `${task.id} is decided: ${decided}`, null);
  }
  const status = state?.status ?? 'PENDING';
  return refused('NOT_WAITING', `${task.id} is ${status} and asks nothing now`, null);
};

const decidedBy = (output: unknown): string | null => {
  if (typeof output !== 'object' || output === null) return null;
  if (!('approval_decision' in output) || !('decided_by' in output)) return null;
  const { approval_decision: option, decided_by: by } = output;
  return typeof option === 'string' && typeof by === 'string' ? `${option} by ${by}` : null;
};
