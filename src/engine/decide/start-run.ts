import type { DecideContext, Decision } from '../commands.ts';
import { raiseAlerts } from '../alerts.ts';
import { createDraft } from '../draft.ts';
import { evolve } from '../evolve.ts';
import type { RunEvent } from '../events.ts';
import { initialState } from '../initial-state.ts';
import { refuseStart } from '../permissions.ts';
import { refused } from '../rejection.ts';
import { settle } from '../settle.ts';
import type { NoRun, RunState } from '../state.ts';
import type { CommandOf } from './command.ts';

/** Starts the run and everything in it that waits for nothing. The input was checked before. */
export const startRun = (
  command: CommandOf<'StartRun'>,
  state: RunState | NoRun,
  context: DecideContext,
): Decision => {
  if (state.status !== 'NONE') {
    if (command.key !== null && command.key === state.key) {
      return { type: 'accepted', events: [], state };
    }
    return refused('RUN_EXISTS', `Run ${command.run} has started already`, null);
  }
  const { parent } = command;
  const refusal = parent === undefined ? refuseStart(command.definition, command.actor) : null;
  if (refusal !== null) return refusal;

  const { handle, definition, sha256, input, defaulted, key, origin, failureOf, seal } = command;
  const { places = [] } = command;
  const started: RunEvent = {
    type: 'RunStarted',
    handle,
    definition,
    sha256,
    input,
    defaulted,
    by: command.actor,
    key,
    origin,
    failureOf,
    ...(parent === undefined ? {} : { parent }),
    ...(seal === null ? {} : { seal }),
    ...(isLater(command.notBefore, context.now) ? { notBefore: command.notBefore } : {}),
    ...(places.length === 0 ? {} : { places }),
  };
  const first = evolve(initialState, started, { run: command.run, at: context.now });
  const draft = createDraft(first, context, [started]);
  settle(draft);
  if (draft.run.ended === null) raiseAlerts(draft);
  return { type: 'accepted', events: draft.events, state: draft.run };
};

const isLater = (notBefore: number | undefined, now: number): notBefore is number =>
  notBefore !== undefined && notBefore > now;
