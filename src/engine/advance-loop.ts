/**
 * A DO_WHILE under way: its members run like tasks at the top; when all have ended, its condition
 * says whether they run once more.
 */
import type { Json, JsonObject } from '../lib/json.ts';
import { cancelInside } from './cancel-inside.ts';
import { completeTask } from './complete-task.ts';
import type { DoWhileTaskDefinition } from './definition.ts';
import type { Draft } from './draft.ts';
import { conditionHolds, engineError } from './expressions.ts';
import { failTask } from './fail-task.ts';
import { isDerived, MEMBER_FAILED, reasonOf } from './failures.ts';
import { graphOf } from './graph.ts';
import type { Pass, Visitor } from './pass.ts';
import { placeOf, suffixOf } from './plan.ts';
import { membersNow, type Row } from './row-summary.ts';
import { iterationsOf } from './rows.ts';
import { scopeOf } from './scope.ts';
import { isFailed, isPassedOver, isTerminal, outputOf, taskOf } from './tasks.ts';

interface Around {
  readonly visitor: Visitor;
  readonly pass: Pass;
  readonly inItem: boolean;
}

/** True when the run ended, or what ends it happened. */
export const advanceLoop = (
  draft: Draft,
  loop: DoWhileTaskDefinition,
  { visitor, pass, inItem }: Around,
): boolean => {
  const path = placeOf(draft.run.definition, loop.id)?.path ?? [];
  const graph = graphOf({ tasks: loop.members });
  for (let again = true; again;) {
    const iteration = iterationsOf(taskOf(draft.run, loop.id)?.rows ?? null);
    if (visitor.group({ graph, suffix: suffixOf([...path, iteration]) })) return true;
    again =
      endsIteration(draft, loop, iteration, pass, inItem) && goesRound(draft, loop, iteration);
  }
  return false;
};

/** True when every member has ended and none failed; a failure that lets others run on fails the loop here. */
const endsIteration = (
  draft: Draft,
  loop: DoWhileTaskDefinition,
  iteration: number,
  { blocked }: Pass,
  inItem: boolean,
): boolean => {
  const members = membersOf(draft, loop);
  const failed = members.filter(({ state }) => isFailed(state) || state.status === 'CANCELLED');
  const stops =
    inItem &&
    failed.some(({ definition, state }) => definition.onFailure === 'fail' && !isDerived(state));
  const open = members.filter(({ state }) => !isTerminal(state) && !blocked.has(state.id));
  if (open.length > 0 && !stops) return false;
  const lost = members.some(({ state }) => blocked.has(state.id));
  if (failed.length === 0 && !lost) return true;
  const reason = failed.map(({ state }) => reasonOf(state)).join('; ');
  const why = reason === '' ? `iteration ${iteration} cannot go on` : reason;
  cancelInside(draft, loop, why);
  const status = failed[0]?.state.status === 'TIMED_OUT' ? 'TIMED_OUT' : 'FAILED';
  const { error } = engineError(MEMBER_FAILED, why);
  failTask(draft, loop, { status, error, output: {} });
  return false;
};

const membersOf = (draft: Draft, loop: DoWhileTaskDefinition): readonly Row[] => {
  const rows = taskOf(draft.run, loop.id)?.rows ?? null;
  return rows?.kind === 'iterations' ? membersNow(loop.members, rows) : [];
};

/** True when the next iteration has begun; otherwise the loop has ended. */
const goesRound = (draft: Draft, loop: DoWhileTaskDefinition, iteration: number): boolean => {
  const output = outputsOf(membersOf(draft, loop), iteration);
  const holds = conditionHolds(loop.while, scopeOf(draft.run, draft.now, { row: loop.id }));
  if (holds.ok && holds.value && iteration < loop.maxIterations) {
    draft.emit({ type: 'IterationStarted', task: loop.id, iteration: iteration + 1 });
    return true;
  }
  const done = { attempt: null, output, agent: null, answer: null };
  const { error } = !holds.ok
    ? holds
    : holds.value
      ? engineError('LoopLimit', limitReached(loop))
      : { error: completeTask(draft, loop, done) };
  if (error !== null) failTask(draft, loop, { status: 'FAILED', error, output });
  return false;
};

const limitReached = ({ while: condition, maxIterations }: DoWhileTaskDefinition): string =>
  `\`${condition}\` is still true after ${maxIterations} ${maxIterations === 1 ? 'iteration' : 'iterations'} (max_iterations)`;

/** What the members of the last iteration left, by their ids; skipped ones left nothing. */
const outputsOf = (members: readonly Row[], iteration: number): JsonObject => ({
  ...Object.fromEntries(
    members.flatMap(({ state }): [string, Json][] =>
      isPassedOver(state) ? [] : [[memberId(state.id), outputOf(state)]],
    ),
  ),
  iteration,
});

const memberId = (row: string): string => row.replace(/(?:\.\d+)+$/u, '');
