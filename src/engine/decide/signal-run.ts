import { suggest } from '../../../grammar/suggest.ts';
import type { Rejection } from '../commands.ts';
import type { Draft } from '../draft.ts';
import { refuseOperation } from '../permissions.ts';
import { notFound, refused } from '../rejection.ts';
import { settle } from '../settle.ts';
import { mayBeTaken, signalKey, signalNames, waitingForSignal } from '../signals.ts';
import { endWait } from '../start-wait.ts';
import type { CommandOf } from './command.ts';
import { alreadyEnded } from './refusals.ts';

/** Ends every WAIT of that name, and is kept for those that have not been reached. */
export const signalRun = (command: CommandOf<'SignalRun'>, draft: Draft): Rejection | null => {
  const { name, payload, actor, note = null } = command;
  const { run } = draft;
  const refusal = refuseOperation(run, 'signal', actor) ?? alreadyEnded(run, 'signalled');
  if (refusal !== null) return refusal;
  const names = signalNames(run);
  if (!names.includes(name)) {
    const [near] = suggest(name, names);
    const known = names.length === 0 ? 'It waits for no signals' : `It knows ${names.join(', ')}`;
    const hint = near === undefined ? known : `Did you mean ${near}?`;
    return notFound('SIGNAL_UNKNOWN', `No task of run ${run.handle} waits for ${name}`, hint);
  }
  if (!mayBeTaken(run, name)) {
    const message = `Every task of run ${run.handle} that waits for ${name} is over`;
    return refused('SIGNAL_LATE', message, null);
  }
  const waiting = waitingForSignal(run, name);
  const taken = waiting.map(({ task }) => signalKey(run, task.id));
  draft.emit({ type: 'SignalReceived', name, payload, taken, by: actor, note });
  for (const { task, attempt } of waiting) endWait(draft, task, attempt, payload);
  settle(draft);
  return null;
};
