/**
 * What people's answers to a HUMAN task come to. One vote per person: while the question is
 * open a person may change it, and the last vote counts. The option that first has `quorum`
 * votes decides; split votes leave the question open until someone changes theirs or it
 * expires. The system's own vote (an expiry that names an option) decides alone.
 */
import type { JsonObject } from '../lib/json.ts';
import { isoTime } from '../lib/sirius.ts';
import { systemActor, type Actor } from './actor.ts';
import { completeTask } from './complete-task.ts';
import type { HumanTaskDefinition } from './definition.ts';
import type { Draft } from './draft.ts';
import { engineError } from './expressions.ts';
import { failAttempt } from './fail-task.ts';
import { refusePushBack } from './push-back.ts';
import { taskOf } from './tasks.ts';

export interface Vote {
  readonly attempt: number;
  readonly option: string;
  readonly by: Actor;
  readonly note: string | null;
}

/** Records the vote and, when it decides, ends the task. The same vote again changes nothing. */
export const castVote = (draft: Draft, task: HumanTaskDefinition, vote: Vote): void => {
  const before = votesOf(draft, task);
  if (before.some(({ by, option }) => by.id === vote.by.id && option === vote.option)) return;
  draft.emit({ type: 'OptionChosen', task: task.id, ...vote });
  const agreeing = votesOf(draft, task).filter(({ option }) => option === vote.option);
  if (agreeing.length < task.quorum && vote.by.id !== systemActor.id) return;
  decideBy(draft, task, vote, agreeing.map(({ by }) => by.name).join(', '));
};

const votesOf = (draft: Draft, task: HumanTaskDefinition) => {
  const state = taskOf(draft.run, task.id);
  return state?.status === 'PENDING_APPROVAL' ? state.approval.votes : [];
};

/**
 * ABORT cancels the run, REJECT fails the task without retry, any other option completes it; one
 * that sends the work back has `settle` go there next.
 */
const decideBy = (draft: Draft, task: HumanTaskDefinition, vote: Vote, names: string): void => {
  const because = vote.note === null || vote.note === '' ? '' : `: ${vote.note}`;
  if (vote.option === 'ABORT') {
    const reason = `aborted by ${names}${because}`;
    draft.emit({ type: 'TaskCancelled', task: task.id, reason });
    return;
  }
  const output: JsonObject = {
    approval_decision: vote.option,
    notes: vote.note,
    decided_by: names,
    decided_at: isoTime(draft.now),
  };
  const { attempt } = vote;
  const error =
    vote.option === 'REJECT'
      ? engineError('Rejected', `rejected by ${names}${because}`).error
      : (refusePushBack(draft.run, task, vote.option) ??
        completeTask(draft, task, { attempt, output, agent: null, answer: null }));
  if (error === null) return;
  const failure = { attempt, status: 'FAILED', error, output, agent: null, answer: null } as const;
  failAttempt(draft, task, failure);
};
